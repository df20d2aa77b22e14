#pragma once
/// The rows behind presets().

#include <span>

#include "jobflip/core/presets.hpp"

namespace jobflip::core {

std::span<const Preset> preset_table();

}  // namespace jobflip::core
