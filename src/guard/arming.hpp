#pragma once
/// What a guard does to its own process before it arms: nothing of the machine may hold it up from
/// then on.

#include "jobflip/base/descriptor.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {

/// All signals but those of a fault of our own, so that no stray signal ends a guard. Answers a
/// signalfd; it isn't open on failure.
Descriptor block_signals() noexcept;

/// Best effort: needs a capability.
void lower_oom_score() noexcept;

/// What is mapped now stays in memory; what a deeper stack needs is touched first.
void stay_in_memory() noexcept;

Mark random_mark() noexcept;

}  // namespace jobflip::guard
