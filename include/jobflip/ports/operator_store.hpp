#pragma once
/// The changes that an operator may make. Every call is audited with the login and with the name
/// that the operator claims.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/deployment_calls.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/incident_calls.hpp"
#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/service_calls.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::ports {

class OperatorStore {
 public:
  virtual ~OperatorStore() = default;
  /// Applies the fleet, or with `dry_run` only reports what would change. One line per change; no
  /// line is empty.
  virtual Result<std::vector<std::string>> apply(const core::Fleet& fleet,
                                                 const core::OperatorContext& by, bool dry_run) = 0;
  /// Also wakes the agents. Best effort: they poll anyway.
  virtual Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) = 0;
  virtual Result<core::OperatorAnswer> abort_flip(FlipId flip, const core::OperatorContext& by) = 0;
  /// An empty `pool` means all pools; an empty `length` ends the pause.
  virtual Result<core::OperatorAnswer> pause(const PoolName& pool, std::optional<Millis> length,
                                             const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> drain(const NodeName& node, bool drained,
                                             const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> acknowledge(const PoolName& pool,
                                                   const core::OperatorContext& by) = 0;
  /// What is normal for a queue from now on; the leading supervisor takes it in. Refused unless its
  /// document says that it was taught once more than what is kept.
  virtual Result<core::OperatorAnswer> learn(const core::Learned& learned,
                                             const core::OperatorContext& by) = 0;
  /// Refused if the pool has an open incident.
  virtual Result<core::OperatorAnswer> open_incident(const PoolName& pool, core::IncidentClass kind,
                                                     const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> change_incident(const core::IncidentChange& change,
                                                       const core::OperatorContext& by) = 0;
  /// A start is refused while another deployment runs. A rollback is marked even if a rule forbids
  /// the flip back, and wakes the agents if there is one.
  virtual Result<core::DeploymentAnswer> mark_deployment(const core::DeploymentMark& mark,
                                                         const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> plan_maintenance(const core::MaintenancePlan& plan,
                                                        const core::OperatorContext& by) = 0;
  virtual Result<core::OperatorAnswer> remove_maintenance(std::int64_t maintenance,
                                                          const core::OperatorContext& by) = 0;
  /// Wakes the agents of `pool`. Best effort: they poll anyway.
  virtual void wake(const PoolName& pool) = 0;
};

}  // namespace jobflip::ports
