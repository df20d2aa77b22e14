#pragma once
/// What the black box has to know of a pool's workers, from the agent's file.

#include <optional>

#include "jobflip/blackbox/black_box.hpp"
#include "jobflip/config/files.hpp"

namespace jobflip::app {

/// Empty if the file has no workers of that pool. The agent passes its current file, so that a
/// reload does not need a new black box.
std::optional<blackbox::BlackBoxSettings> black_box_settings(const config::AgentFile& file,
                                                             const PoolName& pool);

}  // namespace jobflip::app
