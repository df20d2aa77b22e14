#pragma once
/// Clocks and durations. `Instant` is a point on this machine's CLOCK_BOOTTIME: it only goes
/// forward, it keeps counting while the machine is suspended, and it means nothing on another
/// machine or after a reboot. Every decision about a lease uses it. `WallTime` is for people; no
/// decision uses it.
///
/// Invariant: only `daemon`, `host`, `app` and the tests call `BootClock::now()`; `core` takes the
/// time as an argument.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace jobflip {

struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept;
};

using Instant = BootClock::time_point;
using Millis = std::chrono::milliseconds;
using Micros = std::chrono::microseconds;
using WallTime = std::chrono::sys_time<Micros>;

/// No length that is read from a store or a document is longer: sums of a few can't overflow a
/// clock.
inline constexpr Millis kLengthMax = std::chrono::days{100 * 366};

/// For people: "850ms", "2.9s", "4m10s", "3h05m", "2d04h". At most 7 characters below 1,000 days.
std::string short_duration(Millis length);

/// "2026-11-23T03:12:09.123456Z": RFC 3339 in UTC, with microseconds.
std::string rfc3339(WallTime at);

/// Reads what rfc3339() writes; empty for any other text.
std::optional<WallTime> parse_rfc3339(const std::string& text);

}  // namespace jobflip
