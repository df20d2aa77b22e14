#pragma once
/// The contract suite on deployments.

#include <string>
#include <vector>

#include "contract/incident_contract.hpp"

namespace jobflip::test {

class DeploymentContract : public IncidentContract {
 protected:
  using What = core::DeploymentMark::What;

  core::DeploymentAnswer mark(What what, const std::string& version = "",
                              const std::string& reason = "a test") {
    return answered({mail, what, version, false, fresh(), ""}, reason);
  }
  core::DeploymentAnswer roll_back(const std::string& version = "") {
    return answered({mail, What::rollback, version, true, fresh(), "{}"}, "errors");
  }
  core::DeploymentAnswer answered(const core::DeploymentMark& mark,
                                  const std::string& reason = "a test") {
    const auto answer = oper().mark_deployment(mark, person(reason));
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().text);
    return answer ? *answer : core::DeploymentAnswer{};
  }
  std::int64_t start(const std::string& version = "4.2.1") {
    const auto answer = mark(What::start, version);
    EXPECT_TRUE(answer.accepted && answer.changed) << answer.sentence;
    return answer.deployment;
  }
  std::vector<core::Deployment> deployments(core::DeploymentQuery query = {}) {
    const auto found = reader().deployments(query);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text);
    return found ? *found : std::vector<core::Deployment>{};
  }
  core::Deployment newest() {
    const auto all = deployments();
    EXPECT_FALSE(all.empty());
    return all.empty() ? core::Deployment{} : all.front();
  }
  core::FlipAnswer planned_flip(std::int64_t deployment, const NodeName& to = job2) {
    beat(to);
    auto request = flip_to(to);
    request.deployment = deployment;
    return ask(request);
  }
  void apply_with(Millis grace, Millis window) {
    auto fleet = small_fleet();
    fleet.pools[0].deploy_grace = grace;
    fleet.pools[0].deploy_window = window;
    const auto applied = oper().apply(fleet, person(), false);
    EXPECT_TRUE(applied.has_value()) << (applied ? "" : applied.error().text);
  }
};

}  // namespace jobflip::test
