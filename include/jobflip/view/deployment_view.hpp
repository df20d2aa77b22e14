#pragma once
/// A deployment as JSON and in sentences. Texts from outside are escaped in the sentences.

#include <optional>
#include <string>

#include "jobflip/core/deployment.hpp"
#include "jobflip/core/snapshot.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// Whatever is not known is null.
Json deployment_json(const core::Deployment& deployment);
/// Of a pool in a snapshot; null if none is running.
Json running_deployment_json(const std::optional<core::RunningDeployment>& deployment);

/// "running", "rolled back": as people say it.
std::string deployment_state_text(core::DeploymentState state);

/// "deployment 12 of version 4.2.1"
std::string deployment_name(std::int64_t id, const std::string& version);

/// "deployment 12 of version 4.2.1: began 3m before the onset, by ci; rolled back after 14m, by
/// ann". `onset` is the incident's, or when it was opened; `what` names it: "the onset".
std::string deployment_near_text(const core::Deployment& deployment, WallTime onset,
                                 const std::string& what);

/// "DEPLOYMENT 12 of version 4.2.1 for 3m, by ci: automatic flips wait for 7m more"
std::string running_deployment_text(const core::RunningDeployment& deployment);

}  // namespace jobflip::view
