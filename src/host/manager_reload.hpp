#pragma once
/// daemon-reload over the bus.

#include "jobflip/base/result.hpp"

namespace jobflip::host {

Result<void> reload_manager();

}  // namespace jobflip::host
