#pragma once
/// What the leading supervisor says to the store. Every changing call carries the supervisor's own
/// epoch and is refused where that is not the current one, so that a paused leader that wakes up
/// can do nothing. Used from one thread, but for cancel().

#include "jobflip/base/result.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::ports {

class SupervisorStore {
 public:
  virtual ~SupervisorStore() = default;
  virtual Result<core::Snapshot> snapshot() = 0;
  /// Afterwards the agents are woken too, best effort: polling is the truth.
  virtual Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) = 0;
  /// All three answer false where the supervisor's epoch is no longer the current one.
  virtual Result<bool> publish(const core::VerdictReport& report) = 0;
  virtual Result<bool> record_hold(const core::HoldRecord& hold) = 0;
  virtual Result<bool> record_flip_outcome(const core::FlipOutcome& step) = 0;
  virtual Result<std::vector<core::ChainHead>> audit_heads() = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
