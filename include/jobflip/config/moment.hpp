#pragma once
/// A moment as people type it. It is in UTC, as all times that jobflip prints: a date is its
/// midnight, and a time without a zone is UTC, too.
///
///   2026-11-27T02:00:00Z   2026-11-27 02:00   2026-11-27T03:00:00+01:00   2026-11-27
///   90m   2h   7d          so long before `now`, with or without " ago"

#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::config {

Result<WallTime> parse_moment(std::string_view text, WallTime now);

}  // namespace jobflip::config
