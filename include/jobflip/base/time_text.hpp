#pragma once
/// A moment in the forms that PostgreSQL, jobflip and RFC 3339 write it.

#include <optional>
#include <string_view>

#include "jobflip/base/time.hpp"

namespace jobflip {

/// "2026-11-23 03:12:09.123456+00", "2026-11-23T03:12:09Z": with or without fraction and zone,
/// which must be UTC. Empty for any other text.
std::optional<WallTime> parse_utc_time(std::string_view text);

}  // namespace jobflip
