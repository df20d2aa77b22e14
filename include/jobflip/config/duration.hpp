#pragma once
/// A length of time as people write it: a whole number and a unit (ms, s, m, h, d), or several with
/// the larger unit first: "30s", "1h30m". A bare number is refused, since readers would assume
/// different units.

#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::config {

inline constexpr Millis kDurationMax = std::chrono::days{365};

/// Returns 0 or more, and at most kDurationMax.
Result<Millis> parse_duration(std::string_view text);

}  // namespace jobflip::config
