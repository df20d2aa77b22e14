#pragma once
/// What would happen to a flip now, according to a snapshot of the store. These functions take the
/// input of plan_flip (gates.hpp) from the snapshot, for an automatic flip and for a manual one.

#include "jobflip/core/gates.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

/// The plan of an automatic flip.
FlipPlan plan_automatic(const Snapshot& snapshot, const PoolView& pool);

/// The plan of a manual flip, which needs no supervisor.
FlipPlan plan_by_hand(const Snapshot& snapshot, const PoolView& pool, const FlipIntent& intent);

/// How long a flip of this pool may take until it has ended, whatever happens on the way.
Millis longest_flip(const PoolSettings& settings);

}  // namespace jobflip::core
