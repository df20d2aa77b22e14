// Locks held by other sessions, isolation levels, harmful settings of a login, and workers'
// statements that outlive their worker. A call must give the right answer, and in time.

#include <gtest/gtest.h>
#include <signal.h>

#include <pqxx/pqxx>
#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;

class PgLocks : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
    store_.sql("create table public.done (level text); grant insert on public.done to worker1");
  }

  Epoch hand_over_to_job2() {
    EXPECT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
    const auto taken = job2_.take();
    EXPECT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    return taken.epoch;
  }
  FlipId request_flip_to_job2() {
    job2_.report();  // so that it is ready
    return store_.oper().request_flip(persons_flip(job2)).value().flip;
  }
  core::FlipState flip_told_to_job1() {
    return job1_.report(mail, {{mail, held_}}).flip.value().state;
  }
  std::string fence(Epoch epoch) const {
    return "select jobflip.fence('mail', " + std::to_string(epoch.value) + ")";
  }
  std::string done() { return store_.sql("select count(*) from public.done"); }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  Epoch held_;
};

TEST_F(PgLocks, ACallThatMeetsALockedOwnershipRowIsAnsweredInTimeAndChangesNothing) {
  const auto request = job2_.take_of();
  for (const std::string lock :
       {"lock table jobflip_data.pool_owner in access exclusive mode",
        "select from jobflip_data.pool_owner for update", "lock table jobflip_data.audit_head"}) {
    pqxx::connection idle{store_.conninfo("postgres")};
    pqxx::work open{idle};
    open.exec(lock);
    const auto release = job1_.release(held_);
    EXPECT_TRUE(release.has_error() ? release.error().code == ErrorCode::store_conflict
                                    : *release == ReleaseOutcome::blocked)
        << lock;
    open.abort();
    EXPECT_EQ(store_.sql("select state from jobflip_data.pool_owner where pool = 'mail'"), "held");
  }
  EXPECT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
}

TEST_F(PgLocks, ABeatThatWaitedForALockIsNotYoungerThanItsSending) {
  pqxx::connection idle{store_.conninfo("postgres")};
  pqxx::work open{idle};
  open.exec("select from jobflip_data.node_beat where node = 'job1' for update");
  const auto sent = store_.sql("select clock_timestamp()");
  Result<core::BeatReply> reply = Error{};
  std::jthread beating{[&] { reply = job1_.beat({{mail, held_}}); }};
  EXPECT_TRUE(eventually([&] { return store_.waits_for_lock("job1"); }));
  const auto waiting = store_.sql("select clock_timestamp()");
  open.abort();
  beating.join();
  ASSERT_TRUE(reply.has_value()) << reply.error().text;
  EXPECT_EQ(store_.sql("select beat_at between '" + sent +
                       "' and clock_timestamp() "
                       "from jobflip_data.node_beat where node = 'job1'"),
            "t")
      << waiting;
}

TEST_F(PgLocks, ALockThatIsHeldForSecondsEndsTheBeatAndRenewsNothing) {
  pqxx::connection idle{store_.conninfo("postgres")};
  pqxx::work open{idle};
  open.exec("select from jobflip_data.node_beat where node = 'job1' for update");
  const auto before = store_.sql("select beat_at from jobflip_data.node_beat where node = 'job1'");
  const auto beat = job1_.beat({{mail, held_}});
  ASSERT_TRUE(beat.has_error());
  EXPECT_EQ(beat.error().code, ErrorCode::store_conflict) << beat.error().text;
  open.abort();
  EXPECT_EQ(store_.sql("select beat_at from jobflip_data.node_beat where node = 'job1'"), before);
}

TEST_F(PgLocks, ABeatDoesNotWaitForAFlipWhosePoolIsLockedAndTheAgentReportsTheStepItself) {
  const auto flip = request_flip_to_job2();
  pqxx::connection idle{store_.conninfo("postgres")};
  pqxx::work open{idle};
  open.exec("select from jobflip_data.pool where name = 'mail' for update");
  EXPECT_EQ(flip_told_to_job1(), core::FlipState::requested);
  open.abort();
  EXPECT_EQ(job1_.step_flip(flip, core::FlipEvent::drain_begun, held_),
            core::FlipStepOutcome::done);
  EXPECT_EQ(flip_told_to_job1(), core::FlipState::draining);
}

TEST_F(PgLocks, ABeatSucceedsIfItsDrainCannotBeAuditedAndTheDrainDoesNot) {
  const auto flip = request_flip_to_job2();
  store_.sql(
      "alter table jobflip_data.audit_event add constraint no_step check (kind <> 'flip_step') not "
      "valid");
  const auto before = store_.sql("select beat from jobflip_data.node_beat where node = 'job1'");
  EXPECT_EQ(flip_told_to_job1(), core::FlipState::requested);
  EXPECT_NE(store_.sql("select beat from jobflip_data.node_beat where node = 'job1'"), before);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.flip_step where event = 'drain_begun'"),
            "0");
  store_.sql("alter table jobflip_data.audit_event drop constraint no_step");
  EXPECT_EQ(flip_told_to_job1(), core::FlipState::draining);
  EXPECT_EQ(job1_.step_flip(flip, core::FlipEvent::drain_begun, held_),
            core::FlipStepOutcome::done);
}

// At no isolation level may what a worker saw before the lease moved let it continue afterwards.
TEST_F(PgLocks, AStaleWorkerCommitsNothingAtAnyIsolationLevel) {
  for (const std::string level :
       {"read uncommitted", "read committed", "repeatable read", "serializable"}) {
    pqxx::connection connection{store_.conninfo("worker1")};
    pqxx::nontransaction session{connection};
    session.exec("begin isolation level " + level);
    session.exec("insert into public.done values ('" + level + "')");  // takes its snapshot now
    const auto next = hand_over_to_job2();
    EXPECT_THROW(session.exec(fence(held_)), std::exception) << level;
    session.exec("commit");  // the transaction has failed, so this rolls back
    EXPECT_EQ(done(), "0") << level;

    session.exec("begin isolation level " + level);
    session.exec(fence(next));
    session.exec("insert into public.done values ('" + level + "')");
    session.exec("commit");
    EXPECT_EQ(done(), "1") << level << ": the current holder may commit";
    store_.sql("truncate public.done");

    session.exec("begin isolation level " + level);
    session.exec(fence(next));
    session.exec("insert into public.done values ('" + level + "')");
    ASSERT_EQ(job2_.release(next).value(), ReleaseOutcome::released);
    EXPECT_THROW(session.exec("commit"), std::exception)
        << level << ": it was still the current holder";
    EXPECT_EQ(done(), "0") << level;
    held_ = job1_.take().epoch;
  }
}

TEST_F(PgLocks, AStatementOfAKilledWorkerIsEndedByTheSettingThatTheDocsAskFor) {
  store_.sql("alter role worker1 in database " + store_.sql("select current_database()") +
             " set client_connection_check_interval = '200ms'");
  const auto worker = fork();
  ASSERT_GE(worker, 0);
  const auto conninfo = store_.conninfo("worker1");
  const auto job = fence(held_) + "; insert into public.done select from pg_sleep(30)";
  if (worker == 0) {
    execl("/usr/bin/psql", "psql", "-Xq", "-d", conninfo.c_str(), "-c", job.c_str(), nullptr);
    _exit(127);
  }
  const auto running = [&] {
    return store_.sql(
        "select count(*) from pg_stat_activity where usename = 'worker1' and "
        "wait_event = 'PgSleep'");
  };
  ASSERT_TRUE(eventually([&] { return running() == "1"; }));
  kill(worker, SIGKILL);
  ASSERT_EQ(waitpid(worker, nullptr, 0), worker);
  EXPECT_TRUE(eventually([&] { return running() == "0"; }));
  EXPECT_EQ(done(), "0");
}

TEST_F(PgLocks, AStatementOfAKilledWorkerIsEndedByTheReleaseWithoutThatSetting) {
  const auto worker = fork();
  ASSERT_GE(worker, 0);
  const auto conninfo = store_.conninfo("worker1");
  const auto job = fence(held_) + "; insert into public.done select from pg_sleep(30)";
  if (worker == 0) {
    execl("/usr/bin/psql", "psql", "-Xq", "-d", conninfo.c_str(), "-c", job.c_str(), nullptr);
    _exit(127);
  }
  const auto running = [&] {
    return store_.sql(
        "select count(*) from pg_stat_activity where usename = 'worker1' and "
        "wait_event = 'PgSleep'");
  };
  EXPECT_TRUE(eventually([&] { return running() == "1"; }));
  kill(worker, SIGKILL);
  ASSERT_EQ(waitpid(worker, nullptr, 0), worker);
  EXPECT_EQ(running(), "1") << "PostgreSQL does not notice by itself";
  EXPECT_EQ(job1_.release(held_).value(), ReleaseOutcome::released);
  EXPECT_TRUE(eventually([&] { return running() == "0"; }));
  EXPECT_EQ(done(), "0");
}

TEST_F(PgLocks, ALoginWithHarmfulSettingsIsServedAllTheSame) {
  const auto here = " in database " + store_.sql("select current_database()") + " set ";
  for (const std::string setting :
       {"statement_timeout = '1ms'", "lock_timeout = '1h'", "lock_timeout = '1ms'",
        "default_transaction_isolation = 'serializable'", "timezone = 'Australia/Lord_Howe'",
        "datestyle = 'German'", "extra_float_digits = -15", "bytea_output = 'escape'",
        "intervalstyle = 'sql_standard'", "search_path = 'pg_temp, public'",
        "standard_conforming_strings = off", "row_security = off", "work_mem = '64kB'"}) {
    store_.sql("alter role job3" + here + setting);
    OneNode node{job3, store_.settings("job3")};
    OneNode again{job3, store_.settings("job3")};
    const auto taken = node.take(paper);
    EXPECT_EQ(taken.outcome, TakeOutcome::taken) << setting << ": " << taken.sentence;
    EXPECT_EQ(node.release(taken.epoch, paper).value(), ReleaseOutcome::released) << setting;
    store_.sql("alter role job3 in database " + store_.sql("select current_database()") +
               " reset all; update jobflip_data.node_beat set instance = null, beat_at = null "
               "where node = 'job3'");
  }
  EXPECT_TRUE(store_.reader().audit({"paper", 0, 100, false}).has_value());
}

TEST_F(PgLocks, ALoginThatLostItsRightsIsToldSoAndContinuesWhenItHasThemAgain) {
  store_.sql("revoke jobflip_agent from job1");
  const auto denied = job1_.beat({{mail, held_}});
  store_.sql("grant jobflip_agent to job1");
  ASSERT_TRUE(denied.has_error());
  EXPECT_EQ(denied.error().code, ErrorCode::store_denied) << denied.error().text;
  EXPECT_NE(denied.error().hint.find("jobflip_agent"), std::string::npos) << denied.error().hint;
  EXPECT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);

  store_.sql("alter role job1 nologin");
  EXPECT_TRUE(job1_.beat({{mail, held_}}).has_value()) << "an open session must continue";
  const auto refused = OneNode{job1, store_.settings("job1")}.beat();
  store_.sql("alter role job1 login");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::store_denied) << refused.error().text;
}

TEST_F(PgLocks, AConnectedAgentContinuesThroughAMigrationUntilItReconnects) {
  store_.sql(
      "insert into jobflip_data.schema_version (version, name) values (999, 'of the future')");
  EXPECT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
  const auto newcomer = OneNode{job1, store_.settings("job1")}.beat();
  ASSERT_TRUE(newcomer.has_error());
  EXPECT_EQ(newcomer.error().code, ErrorCode::schema_new);
  EXPECT_EQ(newcomer.error().hint, "upgrade this program");
}

}  // namespace
}  // namespace jobflip::test
