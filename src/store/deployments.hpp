#pragma once
/// Marks deployments and reads them.

#include <string_view>
#include <vector>

#include "jobflip/core/deployment_calls.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

Result<core::DeploymentAnswer> mark_deployment(pg::Connection& connection,
                                               const core::DeploymentMark& mark,
                                               const core::OperatorContext& by);

Result<std::vector<core::Deployment>> read_deployments(pg::Connection& connection,
                                                       const core::DeploymentQuery& query);

/// Those that are matched with the incident.
Result<std::vector<core::Deployment>> read_deployments_of(pg::Connection& connection,
                                                          IncidentId incident);

}  // namespace jobflip::store
