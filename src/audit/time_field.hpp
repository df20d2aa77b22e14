#pragma once
/// The time of an event as text, compared with the microseconds that are hashed.

#include <string_view>

#include "jobflip/base/time.hpp"

namespace jobflip::audit {

/// Is it rfc3339(at)? Quick for times of one day in a row. Requires: is_in_range(at).
bool is_time_text(std::string_view text, WallTime at);

}  // namespace jobflip::audit
