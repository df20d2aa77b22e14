#pragma once
/// The leading supervisor's calls to the store. Every call that changes something carries the
/// supervisor's epoch and is refused if that is not the current one: a leader that was paused and
/// wakes up can change nothing. Call it from one thread only, except for cancel().

#include "jobflip/base/result.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/incident_calls.hpp"

namespace jobflip::ports {

class SupervisorStore {
 public:
  virtual ~SupervisorStore() = default;
  virtual Result<core::Snapshot> snapshot() = 0;
  /// Also wakes the agents. Best effort: they poll anyway.
  virtual Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) = 0;
  /// The next four return false if the supervisor's epoch is no longer the current one.
  virtual Result<bool> publish(const core::VerdictReport& report) = 0;
  virtual Result<bool> record_hold(const core::HoldRecord& hold) = 0;
  virtual Result<bool> record_flip_outcome(const core::FlipOutcome& step) = 0;
  virtual Result<bool> record_incident(const core::IncidentReport& report) = 0;
  virtual Result<std::vector<core::ChainHead>> audit_heads() = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
