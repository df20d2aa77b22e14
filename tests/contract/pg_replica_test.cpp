// More than one server: a standby that is promoted without the last commits, a copy that was
// restored next to the original, and a commit that waits for a standby that is gone.

#include <gtest/gtest.h>

#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;

class PgReplica : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    // The template that this database was copied from may have lost its marker in the previous
    // test.
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
  }
  void TearDown() override {
    if (original().pid() > 0) require_standby("");
  }

  static StoreCluster& cluster() {
    // The machine itself doesn't crash here: data that the kernel has is safe, and recovery need
    // not flush all of it.
    static StoreCluster own{init_schema, {"fsync = off"}};
    return own;
  }
  static PgCluster& original() { return cluster().pg(); }

  std::string database() { return store_.sql("select current_database()"); }
  OneNode node_at(const PgCluster& server, const NodeName& name) {
    return {name, settings_for(server.conninfo(name.str(), database_))};
  }

  void require_standby(const std::string& name) {
    original().sql("alter system set synchronous_standby_names = '" + name + "'");
    original().sql("select pg_reload_conf()");
    ASSERT_TRUE(
        eventually([&] { return original().sql("show synchronous_standby_names") == name; }));
  }
  std::string waiting_session() {
    std::string pid;
    eventually([&] {
      pid = store_.sql("select min(pid) from pg_stat_activity where wait_event = 'SyncRep'");
      return !pid.empty();
    });
    return pid;
  }

  PgStore store_{cluster(), PgStore::Database::own};
  const std::string database_ = database();
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  Epoch held_;
};

TEST_F(PgReplica, ATakeThatAPromotionLostIsNeverGivenAgainAndNoNodeTakesDuringTheFreeze) {
  PgCluster standby{original(), PgCluster::Copy::standby};
  const auto written = original().sql("select pg_current_wal_lsn()");
  ASSERT_TRUE(eventually(
      [&] { return standby.sql("select pg_last_wal_replay_lsn() >= '" + written + "'") == "t"; }));
  standby.sql("alter system set primary_conninfo = ''");
  standby.sql("select pg_reload_conf()");
  ASSERT_TRUE(eventually(
      [&] { return original().sql("select count(*) from pg_stat_replication") == "0"; }));
  ASSERT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  const auto lost = job2_.take();
  ASSERT_EQ(lost.outcome, TakeOutcome::taken) << lost.sentence;
  const auto incarnation = job2_.incarnation();
  original().stop("immediate");
  standby.sql("select pg_promote()");

  auto job3_after = node_at(standby, job3);
  const auto report = job3_after.report();
  EXPECT_NE(job3_after.incarnation(), incarnation);
  EXPECT_EQ(report.holder, job1) << "the release and the take are lost";
  EXPECT_EQ(report.epoch, held_);
  EXPECT_TRUE(report.frozen);
  const auto after = short_timings().takeover_after;
  EXPECT_EQ(job3_after.take(mail, 3 * after).outcome, TakeOutcome::frozen);
  EXPECT_EQ(job3_after.take(paper).outcome, TakeOutcome::frozen) << "a free pool is not taken";
  EXPECT_NE(standby.sql("select reason from jobflip_data.audit_event where kind = 'store_event'",
                        database_),
            "");
  core::TakeReply next;
  EXPECT_TRUE(eventually([&] {
    next = job3_after.take(mail, after);
    return next.outcome == TakeOutcome::taken;
  })) << next.sentence;
  EXPECT_GT(next.epoch, lost.epoch) << "although no node that saw it is left";
  original().start();
}

TEST_F(PgReplica, ACopyThatWasRestoredBesideTheOriginalGivesNothingForTheFreeze) {
  ASSERT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  const PgCluster copy{original(), PgCluster::Copy::restored};
  auto lost_its_way = node_at(copy, job2);
  EXPECT_TRUE(lost_its_way.report().frozen);
  EXPECT_NE(lost_its_way.incarnation(), job1_.incarnation());
  EXPECT_EQ(lost_its_way.take().outcome, TakeOutcome::frozen);
  auto request = job2_.take_of();
  EXPECT_EQ(lost_its_way.ask(request).value().outcome, TakeOutcome::frozen);
}

TEST_F(PgReplica, ATakeWhoseWaitForTheStandbyWasCancelledIsNotGranted) {
  ASSERT_EQ(job1_.release(held_).value(), core::ReleaseOutcome::released);
  const auto request = job2_.take_of();
  require_standby("nobody");
  Result<core::TakeReply> reply = Error{};
  std::jthread asking{[&] { reply = job2_.ask(request); }};
  const auto pid = waiting_session();
  ASSERT_NE(pid, "");
  store_.sql("select pg_cancel_backend(" + pid + ")");
  asking.join();
  ASSERT_TRUE(reply.has_error()) << "committed here and, maybe, nowhere else";
  EXPECT_NE(reply.error().text.find("not granted, since the server warned"), std::string::npos)
      << reply.error().text;
  require_standby("");
  const auto again = job2_.ask(request);
  ASSERT_TRUE(again.has_value()) << again.error().text;
  EXPECT_EQ(again->outcome, TakeOutcome::taken) << "the same attempt, asked again";
}

TEST_F(PgReplica, WhatWaitsForALostStandbyEndsAtItsDeadlineWhileReadingGoesOn) {
  require_standby("nobody");
  OneNode hurried{job3, settings_for(store_.conninfo("job3"), Millis{400})};
  const auto beat = hurried.beat();
  ASSERT_TRUE(beat.has_error());
  EXPECT_EQ(beat.error().code, ErrorCode::store_timeout) << beat.error().text;
  EXPECT_NE(beat.error().hint.find("synchronous standby"), std::string::npos) << beat.error().hint;
  const auto release =
      OneNode{job1, settings_for(store_.conninfo("job1"), Millis{400})}.release(held_);
  ASSERT_TRUE(release.has_error());
  EXPECT_EQ(release.error().code, ErrorCode::store_timeout) << release.error().text;
  EXPECT_EQ(store_.reader().snapshot().value().pools.at(0).owner.holder, job1);
}

}  // namespace
}  // namespace jobflip::test
