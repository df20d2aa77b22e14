// Sessions that hold a pool's rows against a release or a take. They are found in subtransactions,
// in many sessions at once and in prepared transactions. They are ended if possible, and named if
// not.

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;
using namespace std::chrono_literals;

class PgFenceHolders : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
  }

  /// Settings that only a separate server can have.
  static StoreCluster& cluster() {
    static StoreCluster own{init_schema, {"max_prepared_transactions = 4", "fsync = off"}};
    return own;
  }

  std::string fence(Epoch epoch, const std::string& pool = "mail") const {
    return "select jobflip.fence('" + pool + "', " + std::to_string(epoch.value) + ");";
  }
  /// A session that has run this and now idles.
  std::unique_ptr<pqxx::connection> idle_after(const std::string& login, const std::string& sql) {
    auto connection = std::make_unique<pqxx::connection>(store_.conninfo(login));
    pqxx::nontransaction{*connection}.exec(sql);
    return connection;
  }
  std::string last(const std::string& field, const std::string& kind) {
    return store_.sql("select " + field +
                      " from jobflip_data.audit_event where chain = 'mail' and kind = '" + kind +
                      "' order by seq desc limit 1");
  }
  bool is_there(int pid) {
    return store_.sql("select count(*) from pg_stat_activity where pid = " + std::to_string(pid)) ==
           "1";
  }
  static testing::AssertionResult names(const std::string& text, const std::string& part) {
    if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << part << " is not in: " << text;
  }

  PgStore store_{cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  Epoch held_;
};

TEST_F(PgFenceHolders, AFenceInASubtransactionIsFoundByAReleaseAndByATake) {
  const std::pair<std::string, std::string> shapes[] = {
      {"begin; savepoint a; ", " release savepoint a"},
      {"begin; savepoint a; savepoint b; ", " release savepoint b; release savepoint a"},
      {"begin; do $$ begin perform ", " exception when division_by_zero then null; end $$"}};
  for (const auto& [before, after] : shapes) {
    const auto call = "jobflip.fence('mail', " + std::to_string(held_.value) + ");";
    const auto open = before + (before.ends_with("perform ") ? "" : "select ") + call + after;
    const auto worker = idle_after("worker1", open);
    const auto pid = worker->backendpid();
    ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released) << open;
    EXPECT_TRUE(
        names(last("payload", "lease_released"), "pid " + std::to_string(pid) + " login worker1"));
    EXPECT_FALSE(is_there(pid)) << open;

    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
    const auto stale =
        idle_after("worker1", "begin; savepoint a; " + fence(held_) + " release savepoint a");
    store_.pass(Millis{900});
    const auto taken = job2_.take(mail, Millis{900});
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    EXPECT_TRUE(names(last("payload", "takeover"), "pid " + std::to_string(stale->backendpid())));
    EXPECT_EQ(job2_.release(taken.epoch).value(), ReleaseOutcome::released);
    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
  }
}

TEST_F(PgFenceHolders, FencesThatOverlapForEverDelayAReleaseByItsGraceOnly) {
  std::atomic<int> inside{0};
  std::vector<std::jthread> workers;
  for (int i = 0; i < 8; ++i)
    workers.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) try {
          pqxx::connection connection{store_.conninfo("worker1")};
          pqxx::nontransaction session{connection};
          while (!stop.stop_requested()) {
            session.exec("begin;" + fence(held_));
            ++inside;
            session.exec("select pg_sleep(0.08); commit");
          }
        } catch (const std::exception&) {
          // It was ended or refused: a stale worker that ignores this tries again.
        }
    });
  ASSERT_TRUE(eventually([&] { return inside > 40; }));
  const auto before = std::chrono::steady_clock::now();
  const auto released = job1_.release(held_);
  const auto lasted = std::chrono::steady_clock::now() - before;
  for (auto& worker : workers) worker.request_stop();
  ASSERT_TRUE(released.has_value()) << released.error().text;
  EXPECT_EQ(*released, ReleaseOutcome::released);
  EXPECT_LT(lasted, 1500ms);  // they overlap without a gap, so this can't end by luck
}

TEST_F(PgFenceHolders, WhileAReleaseWaitsNoNewFenceComesInAndTheNextHolderIsNotHindered) {
  const auto superuser = idle_after(
      "postgres", "begin; select from jobflip_data.pool_owner where pool = 'mail' for share");
  EXPECT_NO_THROW(idle_after("worker1", fence(held_)));
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::blocked);
  try {
    idle_after("worker1", fence(held_));
    FAIL() << "a fence succeeded while a release was waiting";
  } catch (const pqxx::sql_error& error) {
    EXPECT_EQ(error.sqlstate(), "55P03") << error.what();
    EXPECT_TRUE(names(error.what(), "about to change hands"));
  }
  EXPECT_NO_THROW(idle_after("worker1", "select 1"));
  pqxx::nontransaction{*superuser}.exec("rollback");
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  const auto next = job2_.take();
  ASSERT_EQ(next.outcome, TakeOutcome::taken) << next.sentence;
  EXPECT_NO_THROW(idle_after("worker1", fence(next.epoch)));
}

TEST_F(PgFenceHolders, AGateThatWasClosedInVainOpensByItself) {
  const auto superuser = idle_after(
      "postgres", "begin; select from jobflip_data.pool_owner where pool = 'mail' for share");
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::blocked);
  EXPECT_TRUE(eventually([&] {
    try {
      idle_after("worker1", fence(held_));
      return true;
    } catch (const pqxx::sql_error&) {
      return false;
    }
  }));
}

TEST_F(PgFenceHolders, WhoCanNotBeEndedIsNamedInTheAuditInTheFlipAndToTheTaker) {
  job2_.report();
  const auto flip = store_.oper().request_flip(persons_flip(job2)).value();
  ASSERT_TRUE(flip.accepted) << flip.sentence;
  const auto worker = idle_after("worker1", "begin;" + fence(held_) + "prepare transaction 'lost'");
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::blocked)
        << "the session must have continued";
  const std::string gid = "prepared transaction gid lost login worker1";
  EXPECT_TRUE(
      names(last("reason", "lease_blocked"), "a release by node job1 is blocked by " + gid));
  EXPECT_EQ(
      store_.sql("select count(*) from jobflip_data.audit_event where kind = 'lease_blocked'"), "1")
      << "a repetition must not be recorded again";
  bool shown = false;
  for (const auto& step : store_.reader().timeline(flip.flip).value().steps)
    shown = shown || step.sentence.find(gid) != std::string::npos;
  EXPECT_TRUE(shown);
  store_.pass(Millis{900});
  const auto taken = job2_.take(mail, Millis{900});
  EXPECT_EQ(taken.outcome, TakeOutcome::blocked);
  EXPECT_TRUE(names(taken.sentence, gid));
  pqxx::nontransaction{*worker}.exec("rollback prepared 'lost'");
  EXPECT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
}

TEST_F(PgFenceHolders, OnlyWhoIsInTheWayIsEnded) {
  const auto other = job1_.take(paper).epoch;
  const auto of_paper = idle_after("worker1", "begin;" + fence(other, "paper"));
  const auto rolled_back =
      idle_after("worker1", "begin; savepoint a;" + fence(held_) + "rollback to savepoint a");
  const auto pretender = idle_after("nobody1", "begin; select 1");
  const auto in_the_way = idle_after("worker1", "begin;" + fence(held_));
  ASSERT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  EXPECT_TRUE(is_there(of_paper->backendpid()));
  EXPECT_TRUE(is_there(rolled_back->backendpid()));
  EXPECT_TRUE(is_there(pretender->backendpid()));
  EXPECT_FALSE(is_there(in_the_way->backendpid()));
}

// Locking a gate needs no right and has no benefit.
TEST_F(PgFenceHolders, LockingTheGateWithoutARightDelaysNobodyAndCannotCloseIt) {
  const auto gate = store_.sql("select gate::oid from jobflip_data.pool_owner where pool = 'mail'");
  const auto locker =
      idle_after("nobody1", "begin; do $$ begin perform pg_sequence_last_value(" + gate +
                                "::oid); exception when insufficient_privilege then null; end $$");
  ASSERT_EQ(store_.sql("select count(*) from pg_locks where relation = " + gate), "1");
  EXPECT_THROW(idle_after("nobody1", "select setval(" + gate + "::oid::regclass, 9e15::bigint)"),
               pqxx::insufficient_privilege);
  EXPECT_THROW(idle_after("worker1", "select setval(" + gate + "::oid::regclass, 9e15::bigint)"),
               pqxx::insufficient_privilege);
  EXPECT_NO_THROW(idle_after("worker1", fence(held_)));
  EXPECT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  EXPECT_TRUE(is_there(locker->backendpid()));
}

}  // namespace
}  // namespace jobflip::test
