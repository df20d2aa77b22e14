#pragma once
/// A fresh store on a real PostgreSQL, and its ports for each login.

#include <map>
#include <memory>
#include <string>

#include "contract/store_suite.hpp"
#include "jobflip/store/open.hpp"
#include "support/pg_cluster.hpp"

namespace jobflip::test {

/// Runs the migrations, as `jobflip init` does.
void init_schema(const std::string& conninfo);

/// A minimal request for a flip by an operator.
core::FlipRequest persons_flip(const NodeName& to, const PoolName& pool = mail);

/// The cluster that all tests of the program share, except those that break it.
StoreCluster& shared_cluster();

class PgStore final : public StoreFixture {
 public:
  enum class Database { emptied, own };
  explicit PgStore(StoreCluster& cluster = shared_cluster(), Database database = Database::emptied);

  ports::AgentStore& agent(const NodeName& name) override;
  ports::SupervisorStore& supervisor(const NodeName& name) override;
  ports::SampleStore& samples(const NodeName& name) override;
  ports::ServiceStore& services(const NodeName& name) override;
  ports::OperatorStore& oper() override { return *operator_; }
  ports::ReaderStore& reader() override { return *reader_; }
  void lose_history() override;
  void keep_rows() override;
  void lose_commits_since() override;
  void pass(Millis length) override;

  /// Runs SQL as superuser, in this store's database.
  std::string sql(const std::string& statements);
  /// True if a session of this login is waiting for a lock.
  bool waits_for_lock(const std::string& login);
  std::string conninfo(const std::string& login) const;
  store::StoreSettings settings(const std::string& login) const;
  StoreCluster& cluster() { return cluster_; }

 private:
  StoreCluster& cluster_;
  std::string database_;
  std::map<NodeName, std::unique_ptr<ports::AgentStore>> agents_;
  std::map<NodeName, std::unique_ptr<ports::SupervisorStore>> supervisors_;
  std::map<NodeName, std::unique_ptr<ports::SampleStore>> samples_;
  std::map<NodeName, std::unique_ptr<ports::ServiceStore>> services_;
  std::unique_ptr<ports::OperatorStore> operator_;
  std::unique_ptr<ports::ReaderStore> reader_;
};

}  // namespace jobflip::test
