#pragma once
/// The points in time that follow from a lease page, in nanoseconds of CLOCK_BOOTTIME. Sums
/// saturate at the end and at the start of time: no value in the page, not even a damaged one, can
/// make a guard late.

#include <cstdint>

#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {

/// When workers whose lease ends at `deadline` get SIGTERM and SIGKILL. If a stop was asked for by
/// `stop_by` (0: none), SIGTERM is due at once, and SIGKILL at the earlier of the two.
struct FencePlan {
  std::int64_t term_at{};
  std::int64_t kill_at{};
};
FencePlan fence_plan(const LeasePage& page) noexcept;

/// A guard that has not begun to stop by then hangs.
std::int64_t guard_late_at(const LeasePage& page) noexcept;

/// When workers that are told to end at `now`, without a request to stop, are killed at the latest.
std::int64_t graceful_end(const LeasePage& page, std::int64_t now) noexcept;

/// How much of the lease is left at `now`.
std::int64_t left_of(const LeasePage& page, std::int64_t now) noexcept;

/// The least that must be left of a lease for a start: less would not do for an orderly stop.
std::int64_t least_left(const LeasePage& page) noexcept;

}  // namespace jobflip::guard
