#pragma once
/// Writes the files of the daemons as a person would begin them, with a comment where a decision is
/// left.
///
/// Invariant: what is written is read back as the same settings, whatever the strings contain.

#include <string>

#include "jobflip/config/files.hpp"

namespace jobflip::config {

/// Requires: each worker's driver is systemd. `runtime_dir` is left to the unit.
std::string agent_file_text(const AgentFile& file);
std::string supervisor_file_text(const SupervisorFile& file);

}  // namespace jobflip::config
