// Any login that may connect can queue for locks on the system catalog, and no revoke prevents
// that. A session that has its plans must continue all the same.

#include <gtest/gtest.h>

#include "contract/one_node.hpp"
#include "contract/pg_queued_locks.hpp"
#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

class PgQueuedCatalog : public PgRenewUnchanged {
 protected:
  PgQueuedCatalog() : PgRenewUnchanged{PgStore::Database::own} {}
  LockWatch watch_{store_};
};

TEST_F(PgQueuedCatalog, ASessionThatHasItsPlansBeatsOnAndItsWorkersFinishTheirJobs) {
  pqxx::connection of_worker{store_.conninfo("worker1")};
  const auto fence =
      "select jobflip.fence('mail', " + std::to_string(request_.renewals[0].epoch.value) + ")";
  pqxx::nontransaction worker{of_worker};
  worker.exec(fence);
  const auto beat_in_full = [&] {
    auto request = request_;
    request.in_full = true;
    return store_.agent(job1).beat(request).has_value();
  };
  ASSERT_TRUE(beat_in_full());
  for (const std::string name : {"pg_class", "pg_attribute", "pg_index", "pg_proc", "pg_type",
                                 "pg_namespace", "pg_sequence", "pg_operator"}) {
    const QueuedLock queued{
        store_, watch_, "nobody1", "select from pg_catalog." + name,
        "create rule r as on update to pg_catalog." + name + " do also nothing"};
    EXPECT_TRUE(beat_in_full()) << name;
    EXPECT_TRUE(store_.agent(job1).beat(request_).has_value()) << name;
    EXPECT_NO_THROW(worker.exec(fence)) << name;
    EXPECT_TRUE(watch_.waits(queued.pid())) << name << ": it was no longer queued";
  }
}

// No new session can be opened then: the old one must survive a beat that timed out.
TEST_F(PgQueuedCatalog, WhoQueuesForTheShortBeatsTooCostsOneBeatAndNoSession) {
  const auto agent = store::open_agent_store({store_.conninfo("job1"), Millis{3000}, "test"});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(agent->beat(request_).has_value());
  QueuedLock of_view{store_, watch_, "reader1",
                     "prepare held as select from jobflip.renew_unchanged",
                     "create rule r as on update to jobflip.renew_unchanged do also nothing"};
  QueuedLock of_catalog{store_, watch_, "nobody1",
                        "prepare held as select from pg_catalog.pg_authid",
                        "create rule r as on update to pg_catalog.pg_authid do also nothing"};
  const auto failed = agent->beat(request_);
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, ErrorCode::store_conflict) << failed.error().text;
  for (int i = 0; i < 3; ++i) {
    const auto beat = agent->beat(request_);
    EXPECT_TRUE(beat.has_value()) << i << ": " << beat.error().text;
  }
  EXPECT_TRUE(watch_.waits(of_catalog.pid())) << "it was no longer queued";
}

TEST_F(PgQueuedCatalog, ATakeThatNobodyBlocksNeedsNoRowOfPgSequence) {
  ASSERT_TRUE(release(mail));
  OneNode taker{job2, {store_.conninfo("job2"), Millis{3000}, "test"}};
  const auto take = taker.take_of();
  QueuedLock queued{store_, watch_, "nobody1", "select from pg_catalog.pg_sequence",
                    "create rule r as on update to pg_catalog.pg_sequence do also nothing"};
  const auto reply = taker.ask(take);
  ASSERT_TRUE(reply.has_value()) << reply.error().text;
  EXPECT_EQ(reply->outcome, core::TakeOutcome::taken) << reply->sentence;
  EXPECT_TRUE(watch_.waits(queued.pid()));
  EXPECT_NE(queued.end().find("system catalog"), std::string::npos)
      << "it must be refused in the end";
}

/// Open is 1: if the clock is set back, a gate whose time has passed would close again.
TEST_F(PgQueuedCatalog, AGateWhoseTimeHasPassedIsOpenedAllTheSame) {
  const std::string of_mail = " from jobflip_data.pool_owner where pool = 'mail'; ";
  store_.sql("select setval(gate, (extract(epoch from clock_timestamp()) * 1000)::bigint - 60000)" +
             of_mail);
  const auto value = "select pg_sequence_last_value(gate)" + of_mail;
  ASSERT_NE(store_.sql(value), "1");
  store_.sql("select jobflip.close_gate(gate, 0)" + of_mail);
  EXPECT_EQ(store_.sql(value), "1");
}

}  // namespace
}  // namespace jobflip::test
