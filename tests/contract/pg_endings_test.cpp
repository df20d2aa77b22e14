// A session that blocks a lease is recorded before it is ended, in a commit of its own. So the
// record survives even if the transaction that ended the session is rolled back.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

class PgEndings : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    fenced_.exec("select jobflip.fence('mail', " + std::to_string(held_.value) + ")");
  }

  std::string release() const {
    return "select jobflip.release('job1', 'mail', " + std::to_string(held_.value) +
           ", gen_random_uuid(), 'a test')";
  }
  /// Runs in a separate transaction, which is rolled back.
  std::string rolled_back(const std::string& statement) {
    pqxx::work work{agent_};
    return work.exec(statement).at(0)[0].c_str();
  }
  std::string committed(const std::string& statement) {
    return pqxx::nontransaction{agent_}.exec(statement).at(0)[0].c_str();
  }
  bool worker_lives() {
    return store_.sql("select count(*) from pg_stat_activity where pid = " +
                      std::to_string(worker_.backendpid())) == "1";
  }
  std::string events_that_name_it() {
    return store_.sql("select count(*) from jobflip_data.audit_event where payload like '%pid " +
                      std::to_string(worker_.backendpid()) + " login worker1%'");
  }

  PgStore store_;
  OneNode job1_{job1, store_.settings("job1")};
  Epoch held_;
  pqxx::connection worker_{store_.conninfo("worker1")};
  pqxx::work fenced_{worker_};
  pqxx::connection agent_{store_.conninfo("job1")};
};

TEST_F(PgEndings, NoSessionIsEndedBeforeThatIsCommitted) {
  EXPECT_EQ(rolled_back(release()), "ending");
  EXPECT_EQ(rolled_back(release()), "ending") << "nothing was written down";
  {
    pqxx::work twice{agent_};
    EXPECT_EQ(std::string{twice.exec(release()).at(0)[0].c_str()}, "ending");
    EXPECT_EQ(std::string{twice.exec(release()).at(0)[0].c_str()}, "ending") << "not committed yet";
  }
  EXPECT_TRUE(worker_lives());
  EXPECT_EQ(committed(release()), "ending");
  EXPECT_TRUE(worker_lives());
  EXPECT_EQ(committed(release()), "released");
  EXPECT_TRUE(eventually([&] { return !worker_lives(); }));
  EXPECT_EQ(events_that_name_it(), "1");
}

TEST_F(PgEndings, WhoWasEndedByACallThatWasRolledBackIsNamedByTheNextEvent) {
  EXPECT_EQ(committed(release()), "ending");
  EXPECT_EQ(rolled_back(release()), "released");
  EXPECT_TRUE(eventually([&] { return !worker_lives(); }));
  EXPECT_EQ(events_that_name_it(), "0");
  EXPECT_EQ(store_.sql("select state from jobflip_data.pool_owner where pool = 'mail'"), "held");
  EXPECT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  EXPECT_EQ(events_that_name_it(), "1");
}

TEST_F(PgEndings, OneCallOfAnAgentDoesBothSteps) {
  EXPECT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  EXPECT_TRUE(eventually([&] { return !worker_lives(); }));
  EXPECT_EQ(events_that_name_it(), "1");
}

}  // namespace
}  // namespace jobflip::test
