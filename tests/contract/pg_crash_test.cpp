// What a store does that has lost history. Runs on its own cluster, which is really crashed.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <pqxx/pqxx>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

class PgCrash : public ::testing::Test {
 protected:
  static StoreCluster& cluster() {
    static StoreCluster own{init_schema};
    return own;
  }

  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    // The template that this database was copied from lost its marker in the previous test.
    ASSERT_TRUE(eventually([&] { return !beat().pools.at(0).frozen; }));
    before_ = beat().incarnation;
    events_ = store_events();
  }

  int store_events() {
    return std::stoi(
        store_.sql("select count(*) from jobflip_data.audit_event where kind = 'store_event'"));
  }

  /// Tries until it has reconnected.
  core::BeatReply beat() {
    core::BeatRequest request{
        job1, Uuid{"10000000-0000-4000-8000-000000000000"}, {}, {mail}, "", {}, {}};
    Result<core::BeatReply> reply = store_.agent(job1).beat(request);
    eventually([&] {
      if (!reply) reply = store_.agent(job1).beat(request);
      return reply.has_value();
    });
    EXPECT_TRUE(reply.has_value()) << reply.error().text;
    return reply ? *reply : core::BeatReply{};
  }

  core::TakeReply take() {
    const auto reply = beat();
    if (life_ != reply.life) in_touch_since_ = std::chrono::steady_clock::now();
    life_ = reply.life;
    core::TakeRequest request;
    request.node = job1;
    request.pool = mail;
    request.attempt = random_uuid();
    request.incarnation = reply.incarnation;
    request.epoch = reply.pools.at(0).epoch;
    request.lease_beat = reply.pools.at(0).lease_beat;
    request.stood_still = Millis{5000};
    request.polls = 9;
    request.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
    request.life = life_;
    request.in_touch =
        std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - in_touch_since_);
    return store_.agent(job1).take(request).value();
  }

  void expect_frozen_and_then_free() {
    const auto after = beat();
    EXPECT_NE(after.incarnation, before_);
    ASSERT_FALSE(after.pools.empty());
    EXPECT_TRUE(after.pools.at(0).frozen);
    EXPECT_EQ(take().outcome, core::TakeOutcome::frozen) << "a free pool is not taken either";
    EXPECT_EQ(store_events(), events_ + 1);
    EXPECT_TRUE(eventually([&] { return take().outcome == core::TakeOutcome::taken; }));
  }

  PgStore store_{cluster(), PgStore::Database::own};
  core::ServerLife life_{0};
  std::chrono::steady_clock::time_point in_touch_since_;
  Uuid before_;
  int events_{};
};

TEST_F(PgCrash, AnImmediateStopFreezesFreePoolsToo) {
  cluster().pg().stop("immediate");
  cluster().pg().start();
  expect_frozen_and_then_free();
}

TEST_F(PgCrash, AKilledBackendFreezesFreePoolsToo) {
  pqxx::connection victim{store_.conninfo("reader1")};
  const auto session = std::stoi(
      store_.sql("select pid from pg_stat_activity where application_name = 'test-job1'"));
  ASSERT_EQ(kill(victim.backendpid(), SIGKILL), 0);
  // Until the postmaster has noticed, the other sessions continue normally.
  ASSERT_TRUE(eventually([&] { return kill(session, 0) != 0; }));
  expect_frozen_and_then_free();
}

TEST_F(PgCrash, ACleanRestartLosesNothingAndFreezesNothing) {
  cluster().pg().stop("fast");
  cluster().pg().start();
  const auto after = beat();
  EXPECT_EQ(after.incarnation, before_);
  EXPECT_FALSE(after.pools.at(0).frozen);
  EXPECT_TRUE(eventually([&] { return take().outcome == core::TakeOutcome::taken; }));
}

TEST_F(PgCrash, AStoreThatIsAnotherClustersCopyFreezes) {
  store_.sql("update jobflip_data.incarnation set system_identifier = '1'");
  EXPECT_EQ(take().outcome, core::TakeOutcome::frozen);
  EXPECT_NE(beat().incarnation, before_);
}

TEST_F(PgCrash, AStoreThatIsACopyInTheSameClusterFreezes) {
  const auto database = store_.sql("select current_database()");
  const auto& pg = cluster().pg();
  pg.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database +
         "'");
  pg.sql("create database copied template " + database);
  EXPECT_EQ(pg.sql("select id from jobflip_data.incarnation", "copied"), before_.text);
  EXPECT_EQ(pg.sql("select id <> '" + before_.text +
                       "' and seen_at > clock_timestamp() - interval '1 min' "
                       "from jobflip.current_incarnation()",
                   "copied"),
            "t")
      << "the freeze of the copy must begin";
  EXPECT_EQ(beat().incarnation, before_) << "the original must be unaffected";
}

TEST_F(PgCrash, AHungServerEndsTheCallAtItsDeadlineAndTheNextOneWorks) {
  auto settings = store_.settings("job1");
  settings.call_deadline = Millis{300};
  const auto agent = store::open_agent_store(settings);
  const core::BeatRequest request{
      job1, Uuid{"10000000-0000-4000-8000-000000000000"}, {}, {mail}, "", {}, {}};
  ASSERT_TRUE(agent->beat(request).has_value());
  const auto backend = std::stoi(
      store_.sql("select pid from pg_stat_activity where application_name = 'test-job1' "
                 "and backend_type = 'client backend' order by backend_start desc limit 1"));
  ASSERT_EQ(kill(backend, SIGSTOP), 0);
  const auto began = std::chrono::steady_clock::now();
  const auto hung = agent->beat(request);
  const auto took = std::chrono::steady_clock::now() - began;
  kill(backend, SIGCONT);
  ASSERT_TRUE(hung.has_error());
  EXPECT_EQ(hung.error().code, ErrorCode::store_timeout) << hung.error().text;
  EXPECT_GE(took, Millis{300});
  EXPECT_LT(took, Millis{1500});
  EXPECT_TRUE(agent->beat(request).has_value());

  ASSERT_EQ(kill(cluster().pg().pid(), SIGSTOP), 0);  // it no longer accepts connections
  const auto other = store::open_agent_store(settings);
  const auto unanswered = other->beat(request);
  kill(cluster().pg().pid(), SIGCONT);
  ASSERT_TRUE(unanswered.has_error());
  EXPECT_EQ(unanswered.error().code, ErrorCode::store_unreachable) << unanswered.error().text;
}

}  // namespace
}  // namespace jobflip::test
