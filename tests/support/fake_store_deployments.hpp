#pragma once
/// Deployments in the model of the store (fake_store.hpp).

#include <optional>
#include <string>
#include <vector>

#include "support/fake_store.hpp"

namespace jobflip::test {

class FakeDeployments {
 public:
  explicit FakeDeployments(FakeDatabase& database) : database_(database) {}

  Result<core::DeploymentAnswer> mark(const std::string& login, const core::DeploymentMark& mark,
                                      const core::OperatorContext& by);
  Result<std::vector<core::Deployment>> find(const core::DeploymentQuery& query) const;
  /// Those that are matched with the incident, the newest first.
  std::vector<core::Deployment> of(IncidentId incident) const;
  static std::optional<core::RunningDeployment> running(const FakeRows& rows, WallTime now,
                                                        const core::PoolSettings& pool);
  /// The incident has just been opened.
  void match(const core::Incident& incident);
  /// An operator's flip, which may be the planned one of a deployment.
  Result<core::FlipAnswer> request_flip(const std::string& login, const core::FlipRequest& request);
  /// Ends those of pools that are not there.
  void expire_removed(const std::string& login);

 private:
  /// Why the planned flip is refused; empty if it may be requested.
  std::optional<core::FlipAnswer> refusal_of(const core::FlipRequest& request) const;
  /// Ends the running one if its longest time is over, or now.
  void expire(const PoolName& pool, const std::string& login, bool now);
  core::DeploymentAnswer start(const std::string& login, const core::DeploymentMark& mark,
                               const std::string& actor, const std::string& reason);
  core::DeploymentAnswer end(const std::string& login, const core::DeploymentMark& mark,
                             const std::string& actor, const std::string& reason);
  void flip_back(core::Deployment& one, const core::DeploymentMark& mark, const std::string& login,
                 const core::OperatorContext& by, core::DeploymentAnswer& answer);
  void classify(const core::Deployment& one, const std::string& login, const std::string& actor,
                const std::string& reason);
  bool was_in_vain(FlipId flip) const;  // it failed or was aborted
  bool is_cause(const core::Deployment& one, const core::Incident& incident) const;
  core::Deployment* newest(const PoolName& pool);
  void record(const core::Deployment& one, core::AuditKind kind, const std::string& login,
              const std::string& actor, const std::string& reason, std::optional<FlipId> flip);

  FakeDatabase& database_;
};

}  // namespace jobflip::test
