#include "core/flip_deadline.hpp"

#include <algorithm>

#include "jobflip/core/black_box.hpp"
#include "jobflip/core/refusals.hpp"

namespace jobflip::core {

Millis step_length(FlipState state, const PoolSettings& pool, const StepFacts& facts) {
  const LeaseTimings& timings = pool.timings;
  const Millis two_beats = beat_fresh_within(timings);
  // A node that goes silent during its step keeps the lease until then, and may come back.
  const Millis lease_over = facts.takeover_after + timings.beat_every;
  switch (state) {
    case FlipState::requested:
      return timings.beat_every + two_beats + (facts.silent ? facts.takeover_after : Millis{0});
    case FlipState::draining:
      return facts.drain_timeout + (facts.stalled ? kBlackBoxTimeLimit : Millis{0}) +
             timings.graceful_stop + timings.kill_to_empty + std::max(two_beats, lease_over);
    case FlipState::released:
    case FlipState::expired:
      return std::max(kLeastToTake, two_beats);
    case FlipState::taken:
      return std::max(pool.start_timeout, lease_over);
    case FlipState::started:
      return pool.verify_timeout;
    case FlipState::verified:
    case FlipState::ineffective:
    case FlipState::unverified:
    case FlipState::failed:
    case FlipState::aborted:
      return Millis{0};
  }
  return Millis{0};
}

}  // namespace jobflip::core
