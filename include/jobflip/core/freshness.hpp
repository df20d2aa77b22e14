#pragma once
/// Which facts of a snapshot are fresh enough to count: who leads, who is silent, which verdict
/// still applies. Every front end asks here, so that all of them agree.

#include <optional>

#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

/// The pool's lease is held by this node. Says nothing about how long ago it was renewed.
bool is_held_by(const PoolView& pool, const NodeName& node) noexcept;

/// A node holds the pool by the store's row, and has not renewed the lease within its length: by
/// then it has ended its workers, unless the pool keeps them (when_store_lost).
bool has_run_out(const PoolView& pool) noexcept;

/// A beat of this age still stands for a node that is there; an empty age never does.
bool is_fresh(const std::optional<Millis>& beat_age, const LeaseTimings& timings) noexcept;

/// The supervisor that leads: it holds its own lease and has sent a beat within it.
std::optional<NodeName> leading_supervisor(const Snapshot& snapshot);

/// What was published of the queue is older than three samples (and 5 s): it does not count.
bool is_stale(const PoolView& pool, const QueueView& queue) noexcept;

/// By its published verdict.
bool may_need_a_flip(const QueueView& queue) noexcept;

/// How long the pool has been STALLED, by verdicts that are not stale; empty if it is not.
std::optional<Millis> stalled_for(const PoolView& pool) noexcept;

}  // namespace jobflip::core
