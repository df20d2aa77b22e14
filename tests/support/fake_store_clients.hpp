#pragma once
/// The ports over one FakeDatabase: each object is one session with its login.

#include <string>
#include <utility>

#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/supervisor_store.hpp"
#include "support/fake_store.hpp"
#include "support/fake_store_deployments.hpp"
#include "support/fake_store_readers.hpp"

namespace jobflip::test {

class FakeAgentStore final : public ports::AgentStore {
 public:
  FakeAgentStore(FakeDatabase& database, std::string login)
      : database_(database), login_(std::move(login)) {}
  Result<core::BeatReply> beat(const core::BeatRequest& r) override {
    return database_.beat(login_, r);
  }
  Result<core::TakeReply> take(const core::TakeRequest& r) override {
    return database_.take(login_, r);
  }
  Result<core::ReleaseOutcome> release(const core::ReleaseRequest& r) override {
    return database_.release(login_, r);
  }
  Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest& r) override {
    return database_.step_flip(login_, r);
  }
  Result<core::BlackBoxReply> keep_black_box(const core::KeepBlackBoxRequest& r) override {
    return database_.keep_black_box(login_, r);
  }
  void cancel() noexcept override {}

 private:
  FakeDatabase& database_;
  std::string login_;
};

class FakeSupervisorStore final : public ports::SupervisorStore {
 public:
  FakeSupervisorStore(FakeDatabase& database, std::string login)
      : database_(database), login_(std::move(login)) {}
  Result<core::Snapshot> snapshot() override { return database_.snapshot(); }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& r) override {
    return database_.request_flip(login_, r);
  }
  Result<bool> publish(const core::VerdictReport& r) override {
    return database_.publish(login_, r);
  }
  Result<bool> record_hold(const core::HoldRecord& r) override {
    return database_.record_hold(login_, r);
  }
  Result<bool> record_flip_outcome(const core::FlipOutcome& r) override {
    return database_.record_flip_outcome(login_, r);
  }
  Result<bool> record_incident(const core::IncidentReport& r) override {
    return database_.record_incident(login_, r);
  }
  Result<std::vector<core::ChainHead>> audit_heads() override { return database_.audit_heads(); }
  void cancel() noexcept override {}

 private:
  FakeDatabase& database_;
  std::string login_;
};

class FakeOperatorStore final : public ports::OperatorStore {
 public:
  FakeOperatorStore(FakeDatabase& database, std::string login)
      : database_(database), login_(std::move(login)) {}
  Result<std::vector<std::string>> apply(const core::Fleet& fleet, const core::OperatorContext& by,
                                         bool dry_run) override {
    return database_.apply(login_, fleet, by, dry_run);
  }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& r) override {
    return FakeDeployments{database_}.request_flip(login_, r);
  }
  Result<core::OperatorAnswer> abort_flip(FlipId flip, const core::OperatorContext& by) override {
    return database_.abort_flip(login_, flip, by);
  }
  Result<core::OperatorAnswer> pause(const PoolName& pool, std::optional<Millis> length,
                                     const core::OperatorContext& by) override {
    return database_.pause(login_, pool, length, by);
  }
  Result<core::OperatorAnswer> drain(const NodeName& node, bool drained,
                                     const core::OperatorContext& by) override {
    return database_.drain(login_, node, drained, by);
  }
  Result<core::OperatorAnswer> acknowledge(const PoolName& pool,
                                           const core::OperatorContext& by) override {
    return database_.acknowledge(login_, pool, by);
  }
  Result<core::OperatorAnswer> learn(const core::Learned& learned,
                                     const core::OperatorContext& by) override {
    return database_.learn(login_, learned, by);
  }
  Result<core::OperatorAnswer> open_incident(const PoolName& pool, core::IncidentClass kind,
                                             const core::OperatorContext& by) override {
    return database_.open_incident(login_, pool, kind, by);
  }
  Result<core::OperatorAnswer> change_incident(const core::IncidentChange& change,
                                               const core::OperatorContext& by) override {
    return database_.change_incident(login_, change, by);
  }
  Result<core::DeploymentAnswer> mark_deployment(const core::DeploymentMark& mark,
                                                 const core::OperatorContext& by) override {
    return FakeDeployments{database_}.mark(login_, mark, by);
  }
  Result<core::OperatorAnswer> plan_maintenance(const core::MaintenancePlan& plan,
                                                const core::OperatorContext& by) override {
    return FakeServices{database_}.plan(login_, plan, by);
  }
  Result<core::OperatorAnswer> remove_maintenance(std::int64_t maintenance,
                                                  const core::OperatorContext& by) override {
    return FakeServices{database_}.remove(login_, maintenance, by);
  }
  void wake(const PoolName&) override {}

 private:
  FakeDatabase& database_;
  std::string login_;
};

}  // namespace jobflip::test
