#pragma once
/// What the black box has to know of a pool's workers, out of the agent's file.

#include <optional>

#include "jobflip/blackbox/black_box.hpp"
#include "jobflip/config/files.hpp"

namespace jobflip::app {

/// Nothing where the file has no workers of that pool. The agent asks it of the file that is in
/// force, so that a reload needs no other black box.
std::optional<blackbox::BlackBoxSettings> black_box_settings(const config::AgentFile& file,
                                                             const PoolName& pool);

}  // namespace jobflip::app
