#pragma once
/// When what a lease page says is due, in nanoseconds of CLOCK_BOOTTIME. A sum that cannot be is
/// the end of time, and a point in time before it the start: whatever somebody wrote into the page
/// must not make a guard late.

#include <cstdint>

#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {

/// When the workers whose right ends at `deadline` get SIGTERM and SIGKILL. With a stop asked for
/// by `stop_by` (0: none) SIGTERM is due at once, and SIGKILL at the earlier of the two.
struct FencePlan {
  std::int64_t term_at{};
  std::int64_t kill_at{};
};
FencePlan fence_plan(const LeasePage& page) noexcept;

/// A guard that has not begun to stop by then hangs.
std::int64_t guard_late_at(const LeasePage& page) noexcept;

/// When what is told to end at `now`, without a stop asked for, is killed at the latest.
std::int64_t graceful_end(const LeasePage& page, std::int64_t now) noexcept;

/// How much of the lease is left at `now`.
std::int64_t left_of(const LeasePage& page, std::int64_t now) noexcept;

/// What must be left of a lease for a start: less, and the end could not be orderly in time.
std::int64_t least_left(const LeasePage& page) noexcept;

}  // namespace jobflip::guard
