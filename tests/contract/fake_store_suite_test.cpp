// The contract suite on the model in memory.

#include <map>

#include "contract/deployment_contract.hpp"
#include "contract/filter_contract.hpp"
#include "contract/incident_contract.hpp"
#include "contract/restart_contract.hpp"
#include "contract/service_contract.hpp"
#include "support/fake_store_clients.hpp"

namespace jobflip::test {
namespace {

class FakeFixture final : public StoreFixture {
 public:
  ports::AgentStore& agent(const NodeName& name) override {
    return agents_.try_emplace(name, database_, name.str()).first->second;
  }
  ports::SupervisorStore& supervisor(const NodeName& name) override {
    return supervisors_.try_emplace(name, database_, name.str()).first->second;
  }
  ports::SampleStore& samples(const NodeName& name) override {
    return samples_.try_emplace(name, database_, name.str()).first->second;
  }
  ports::ServiceStore& services(const NodeName& name) override {
    return services_.try_emplace(name, database_, name.str()).first->second;
  }
  ports::OperatorStore& oper() override { return operator_; }
  ports::ReaderStore& reader() override { return reader_; }
  void lose_history() override { database_.lose_history(); }
  void keep_rows() override { kept_ = database_.rows; }
  void lose_commits_since() override { database_.lose_commits(kept_); }
  void pass(Millis length) override { database_.advance(length); }

 private:
  FakeDatabase database_;
  FakeRows kept_;
  std::map<NodeName, FakeAgentStore> agents_;
  std::map<NodeName, FakeSupervisorStore> supervisors_;
  std::map<NodeName, FakeSampleStore> samples_;
  std::map<NodeName, FakeServiceStore> services_;
  FakeOperatorStore operator_{database_, "alice"};
  FakeReaderStore reader_{database_};
};

const StoreKind kFake{"fake", [] { return std::make_unique<FakeFixture>(); }};

INSTANTIATE_TEST_SUITE_P(Fake, StoreContract, ::testing::Values(kFake));
INSTANTIATE_TEST_SUITE_P(Fake, FilterContract, ::testing::Values(kFake));
INSTANTIATE_TEST_SUITE_P(Fake, DeploymentContract, ::testing::Values(kFake));
INSTANTIATE_TEST_SUITE_P(Fake, IncidentContract, ::testing::Values(kFake));
INSTANTIATE_TEST_SUITE_P(Fake, RestartContract, ::testing::Values(kFake));
INSTANTIATE_TEST_SUITE_P(Fake, ServiceContract, ::testing::Values(kFake));

}  // namespace
}  // namespace jobflip::test
