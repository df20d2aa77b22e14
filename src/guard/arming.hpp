#pragma once
/// Prepares the guard's own process before it arms: from then on nothing on the machine may delay
/// it.

#include "jobflip/base/descriptor.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {

/// Blocks all signals but those of a fault of our own, so that no stray signal ends a guard.
/// Returns a signalfd, which is not open after a failure.
Descriptor block_signals() noexcept;

/// Best effort: needs a capability.
void lower_oom_score() noexcept;

/// What is mapped now stays in memory; what a deeper stack needs is touched first.
void stay_in_memory() noexcept;

Mark random_mark() noexcept;

}  // namespace jobflip::guard
