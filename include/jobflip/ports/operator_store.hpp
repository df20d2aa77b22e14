#pragma once
/// What a person may change. Every call is audited with the login and with the name they claim.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::ports {

class OperatorStore {
 public:
  virtual ~OperatorStore() = default;
  /// Puts the fleet into force, or only says what would change; one line a change, "" left out.
  virtual Result<std::vector<std::string>> apply(const core::Fleet& fleet,
                                                 const core::OperatorContext& by, bool dry_run) = 0;
  /// Afterwards the agents are woken too, best effort: polling is the truth.
  virtual Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) = 0;
  virtual Result<core::OperatorAnswer> abort_flip(FlipId flip, const core::OperatorContext& by) = 0;
  /// `pool` empty: all pools. `length` empty: resume.
  virtual Result<core::OperatorAnswer> pause(const PoolName& pool, std::optional<Millis> length,
                                             const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> drain(const NodeName& node, bool drained,
                                             const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> acknowledge(const PoolName& pool,
                                                   const core::OperatorContext& by) = 0;
  /// Tells the agents of `pool` that it is worth a look. Best effort.
  virtual void wake(const PoolName& pool) = 0;
};

}  // namespace jobflip::ports
