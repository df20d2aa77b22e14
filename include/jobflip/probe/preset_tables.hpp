#pragma once
/// Which tables a preset reads, as far as that is known without its database.

#include "jobflip/core/settings.hpp"
#include "jobflip/ports/preset_tables.hpp"

namespace jobflip::probe {

/// Requires: the queue has a preset that this program knows.
ports::PresetTables preset_tables(const core::QueueSettings& queue);

}  // namespace jobflip::probe
