#pragma once
/// What the leading supervisor keeps for later: readings of queues, and what it learned from them.
/// A port of its own, on a session of its own, because these calls may be slow: nothing that is
/// urgent waits behind them. Losing what they bring harms nobody, so a call that failed is not made
/// again. Call it from one thread only, except for cancel().

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/kept_sample.hpp"

namespace jobflip::ports {

class SampleStore {
 public:
  virtual ~SampleStore() = default;
  /// Both return false if the supervisor's epoch is no longer the current one. Queues that are not
  /// in the applied fleet are left out. A batch that is over its limits is refused as a whole.
  virtual Result<bool> keep_samples(const core::SampleBatch& batch) = 0;
  virtual Result<bool> keep_learned(const core::LearnedBatch& batch) = 0;
  /// About every queue, whoever kept it: for a supervisor that becomes the leader.
  virtual Result<std::vector<core::Learned>> learned() = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
