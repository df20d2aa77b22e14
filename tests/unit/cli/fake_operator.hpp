#pragma once
/// An operator's session that keeps what it was asked, and answers as the script says.

#include <string>
#include <vector>

#include "unit/cli/fake_stores.hpp"

namespace jobflip::cli {

class FakeOperator final : public ports::OperatorStore {
 public:
  explicit FakeOperator(Script& script) : script_(script) {}
  Result<std::vector<std::string>> apply(const core::Fleet& fleet, const core::OperatorContext& by,
                                         bool dry_run) override {
    note(std::string{"apply "} + (dry_run ? "dry" : "wet"), by);
    script_.applied = fleet;
    return script_.apply_answer;
  }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    script_.flip_requests.push_back(request);
    if (script_.flip_answers.empty()) return core::FlipAnswer{true, FlipId{7}, "", ""};
    auto answer = script_.flip_answers.front();
    script_.flip_answers.pop_front();
    return answer;
  }
  Result<core::OperatorAnswer> abort_flip(FlipId flip, const core::OperatorContext& by) override {
    return answer("abort " + std::to_string(flip.value), by);
  }
  Result<core::OperatorAnswer> pause(const PoolName& pool, std::optional<Millis> length,
                                     const core::OperatorContext& by) override {
    const auto name = pool.empty() ? "all" : pool.str();
    return answer(
        length ? "pause " + name + " " + std::to_string(length->count()) : "resume " + name, by);
  }
  Result<core::OperatorAnswer> drain(const NodeName& node, bool drained,
                                     const core::OperatorContext& by) override {
    return answer((drained ? "drain " : "undrain ") + node.str(), by);
  }
  Result<core::OperatorAnswer> acknowledge(const PoolName& pool,
                                           const core::OperatorContext& by) override {
    return answer("ack " + pool.str(), by);
  }
  Result<core::OperatorAnswer> learn(const core::Learned& learned,
                                     const core::OperatorContext& by) override {
    script_.taught = learned;
    return answer("learn " + learned.pool.str() + "/" + learned.queue.str(), by);
  }
  Result<core::OperatorAnswer> open_incident(const PoolName& pool, core::IncidentClass kind,
                                             const core::OperatorContext& by) override {
    return answer("incident open " + pool.str() + " " + std::string{name_of(kind)}, by);
  }
  Result<core::OperatorAnswer> change_incident(const core::IncidentChange& change,
                                               const core::OperatorContext& by) override {
    return answer("incident " + std::to_string(change.incident.value) + " " +
                      std::string{name_of(change.what)} + " " + change.value,
                  by);
  }
  Result<core::DeploymentAnswer> mark_deployment(const core::DeploymentMark& mark,
                                                 const core::OperatorContext& by) override {
    note("deploy " + std::string{name_of(mark.what)} + " " + mark.pool.str() + " " + mark.version +
             (mark.flip_back ? " and flip back" : ""),
         by);
    if (script_.deployment_answers.empty()) return core::DeploymentAnswer{true, true, "", "", 12};
    auto answer = script_.deployment_answers.front();
    script_.deployment_answers.pop_front();
    return answer;
  }
  Result<core::OperatorAnswer> plan_maintenance(const core::MaintenancePlan& plan,
                                                const core::OperatorContext& by) override {
    return answer("maintenance " + (plan.service.empty() ? "all" : plan.service) + " " +
                      rfc3339(plan.from) + " " + rfc3339(plan.until),
                  by);
  }
  Result<core::OperatorAnswer> remove_maintenance(std::int64_t maintenance,
                                                  const core::OperatorContext& by) override {
    return answer("no maintenance " + std::to_string(maintenance), by);
  }
  void wake(const PoolName& pool) override { script_.asked.push_back("wake " + pool.str()); }

 private:
  void note(const std::string& what, const core::OperatorContext& by) {
    script_.asked.push_back(what + " by " + by.claimed_name + ": " + by.reason);
  }
  Result<core::OperatorAnswer> answer(const std::string& what, const core::OperatorContext& by) {
    note(what, by);
    return script_.answer;
  }
  Script& script_;
};

}  // namespace jobflip::cli
