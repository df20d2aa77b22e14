#pragma once
/// What an agent says to the store: the lease protocol. Each call is one autocommit statement in
/// the store, one round trip, and ends within the call deadline or fails as `store_timeout`. Used
/// from one thread, but for cancel().
///
/// The rules that the store enforces, whoever calls (docs/safety.md):
///  - A beat is never refused for being late: the deadline is the holder's own (S2). It answers
///  what
///    is so, read after the node's beat row was written: if the answer says that this node holds
///    (pool, epoch), no take of that pool committed before the beat was written, and a later take
///    will have seen this beat.
///  - A take changes the holder only by compare-and-swap on (incarnation, epoch, beat number), and
///    never while the store is frozen. Epochs only rise, by more than the takes that may be lost.
///  - The same attempt asked again has the same answer and one audit event.

#include "jobflip/base/result.hpp"
#include "jobflip/core/lease_calls.hpp"

namespace jobflip::ports {

class AgentStore {
 public:
  virtual ~AgentStore() = default;
  virtual Result<core::BeatReply> beat(const core::BeatRequest& request) = 0;
  virtual Result<core::TakeReply> take(const core::TakeRequest& request) = 0;
  /// Afterwards who listens for the pool is told that it is worth a look. Best effort: polling is
  /// the truth.
  virtual Result<core::ReleaseOutcome> release(const core::ReleaseRequest& request) = 0;
  virtual Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest& request) = 0;
  /// Once for each flip and node; the same again changes nothing.
  virtual Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& request) = 0;
  /// Ends the call in flight, from any thread: it fails as store_timeout, the next one reconnects.
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
