#pragma once
/// What is typed about deployments, and the call that marks one.

#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/session.hpp"
#include "jobflip/core/deployment_calls.hpp"

namespace jobflip::cli {

inline constexpr std::string_view kLookAtDeployments = "look with `jobflip deploy list`";

/// --pool and --version. The Error says which is missing or wrong.
Result<core::DeploymentMark> typed_mark(const Session& session, core::DeploymentMark::What what);

/// Asks again if there was no answer: a repeated mark changes nothing.
Result<core::DeploymentAnswer> mark_pool(Session& session, ports::OperatorStore& store,
                                         const core::DeploymentMark& mark,
                                         const core::OperatorContext& by);

/// What --format json says beside the answer.
nlohmann::ordered_json deployment_keys(const core::DeploymentMark& mark,
                                       const core::DeploymentAnswer& answer);

/// The pool's running deployment; an Error if there is none, or if --version is another one.
Result<core::RunningDeployment> running_deployment(const Session& session,
                                                   const core::PoolView& pool);

}  // namespace jobflip::cli
