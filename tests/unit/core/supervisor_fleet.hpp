#pragma once
/// One pool in a snapshot: every gate allows, job1 holds the pool, job2 and job3 could take over.

#include <chrono>

#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

inline PoolView healthy_pool() {
  using namespace std::chrono_literals;
  PoolView pool;
  pool.settings.name = PoolName::of("mail");
  pool.settings.hold_down = 30s;
  pool.settings.verify_timeout = 120s;
  QueueSettings email;
  email.name = QueueName::of("email");
  email.sample_every = 10s;
  email.stall_after = 60s;
  pool.settings.queues = {email};
  pool.owner = {Epoch{42}, OwnerState::held, NodeName::of("job1"), 300ms, WallTime{}};
  int priority = 0;
  for (const char* node : {"job1", "job2", "job3"}) {
    priority += 10;
    pool.settings.candidates.push_back({NodeName::of(node), priority});
    pool.candidates.push_back({NodeName::of(node), priority, 400ms, true, "", false, ""});
  }
  return pool;
}

inline Snapshot healthy_fleet() {
  Snapshot snapshot;
  snapshot.pools = {healthy_pool()};
  return snapshot;
}

/// The same, and sup1 leads.
inline Snapshot led_fleet() {
  using namespace std::chrono_literals;
  auto fleet = healthy_fleet();
  PoolView supervisors;
  supervisors.settings.name = PoolName::of("jobflip.supervisor");
  supervisors.owner = {Epoch{2}, OwnerState::held, NodeName::of("sup1"), 100ms, WallTime{}};
  fleet.supervisors = supervisors;
  return fleet;
}

inline FlipView flip_in(FlipState state) {
  FlipView flip;
  flip.id = FlipId{17};
  flip.pool = PoolName::of("mail");
  flip.state = state;
  flip.from = NodeName::of("job1");
  flip.to = NodeName::of("job2");
  flip.from_epoch = Epoch{42};
  return flip;
}

}  // namespace jobflip::core
