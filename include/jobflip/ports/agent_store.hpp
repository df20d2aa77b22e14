#pragma once
/// The lease protocol: an agent's calls to the store. Each call is one autocommit statement and one
/// round trip. It ends within the call deadline or fails with `store_timeout`. Call it from one
/// thread only, except for cancel().
///
/// The store enforces these rules for every caller (docs/safety.md):
///  - A beat is never refused for being late: the holder keeps its own deadline (S2). The reply is
///    the current state, read after the node's beat row was written. So if the reply says that this
///    node holds (pool, epoch), no take of that pool committed before the beat was written, and
///    every later take sees this beat.
///  - A take changes the holder only by compare-and-swap on (incarnation, epoch, beat number), and
///    never while the store is frozen. Epochs only rise, by more than the takes that may be lost.
///  - A repeated attempt gets the same reply and leaves one audit event.

#include "jobflip/base/result.hpp"
#include "jobflip/core/lease_calls.hpp"

namespace jobflip::ports {

class AgentStore {
 public:
  virtual ~AgentStore() = default;
  virtual Result<core::BeatReply> beat(const core::BeatRequest& request) = 0;
  virtual Result<core::TakeReply> take(const core::TakeRequest& request) = 0;
  /// Also wakes the agents that listen for the pool. Best effort: they poll anyway.
  virtual Result<core::ReleaseOutcome> release(const core::ReleaseRequest& request) = 0;
  virtual Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest& request) = 0;
  /// Kept once for each flip and node; a repeated call changes nothing.
  virtual Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& request) = 0;
  /// Ends the call in flight, which fails with store_timeout; the next call reconnects. May be
  /// called from any thread.
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
