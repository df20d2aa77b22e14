#pragma once
/// What would become of a flip now, by what the store knows: of the supervisor's own, and of a
/// person's. plan_flip (gates.hpp) judges; here the snapshot says what it is asked.

#include "jobflip/core/gates.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

/// What the supervisor would plan.
FlipPlan plan_automatic(const Snapshot& snapshot, const PoolView& pool);

/// What would come of a person's intent. A person needs no supervisor.
FlipPlan plan_by_hand(const Snapshot& snapshot, const PoolView& pool, const FlipIntent& intent);

/// How long a flip of this pool may take until it has ended, whatever happens on the way.
Millis longest_flip(const PoolSettings& settings);

}  // namespace jobflip::core
