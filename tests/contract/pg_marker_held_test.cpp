// The first call after a server start, or after lost history, records that. If its session never
// commits, it must not block the others. Any node's login can come first, even one that is not a
// candidate of any pool.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <pqxx/pqxx>

#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

class PgMarkerHeld : public PgRenewUnchanged {
 protected:
  /// The state after a clean restart: the marker exists and is from an earlier life, and no
  /// session is left.
  void restart() {
    store_.sql("update jobflip_data.incarnation set life = life - interval '1 hour'");
    end_sessions_of_job1();
  }
  /// A beat of job3 that comes first and is not committed.
  void come_first() {
    first_.emplace(store_.conninfo("job3"));
    open_.emplace(*first_);
    open_->exec(
        "select jobflip.beat('job3', gen_random_uuid(), '{}', '{}', '', '{}', '{}', 0, '{}')");
  }
  bool was_ended() {
    try {
      open_->commit();
    } catch (const std::exception&) {
      return true;
    }
    return false;
  }
  std::string named() {
    return store_.sql(
        "select count(*) from jobflip_data.audit_event where kind = 'sessions_ended' and payload "
        "like '%login job3%'");
  }

  const Millis bound_{4000};  // as in PgOpenChange
  std::optional<pqxx::connection> first_;
  std::optional<pqxx::work> open_;
};

TEST_F(PgMarkerHeld, AnUncommittedStartOfTheServerDelaysNoBeatAndIsNotYetReported) {
  const auto now = beat().life;
  restart();
  come_first();
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = beat();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Millis{900});
  // A taker counts from the server start that is on record. A node that kept its workers must
  // learn of the new start even though it knows the one on record.
  EXPECT_EQ(answer.life, -now);
  EXPECT_FALSE(is_short());
  EXPECT_FALSE(was_ended());
  EXPECT_EQ(beat().life, now);
}

TEST_F(PgMarkerHeld, ATakeThatWaitedForItLetsTheNextBeatEndThatSession) {
  ASSERT_TRUE(release(paper));
  restart();
  come_first();
  auto& agent = store_.agent(job2);
  core::BeatRequest request{job2, random_uuid(), {}, {mail, paper}, "", {}, {}};
  const auto begin = std::chrono::steady_clock::now();
  core::TakeRequest wanted;
  wanted.node = job2;
  wanted.pool = paper;
  wanted.attempt = random_uuid();
  wanted.polls = 3;
  wanted.instance = request.instance;
  EXPECT_TRUE(eventually([&] {
    const auto answer = agent.beat(request);
    if (!answer) return false;
    wanted.incarnation = answer->incarnation;
    wanted.life = answer->life;
    for (const auto& report : answer->pools)
      if (report.pool == paper) wanted.epoch = report.epoch;
    const auto reply = agent.take(wanted);
    return reply && reply->outcome == core::TakeOutcome::taken;
  }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, bound_);
  EXPECT_TRUE(was_ended());
  EXPECT_EQ(named(), "1");
}

TEST_F(PgMarkerHeld, UncommittedLostHistoryDelaysNoBeatForLong) {
  const auto agent = store::open_agent_store({store_.conninfo("job1"), Millis{1000}, "test"});
  ASSERT_TRUE(crash());
  come_first();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return agent->beat(request_).has_value(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, bound_);
  EXPECT_TRUE(was_ended());
  EXPECT_EQ(named(), "1");
}

TEST_F(PgMarkerHeld, AnOperatorsUncommittedChangeDelaysLostHistoryNoLonger) {
  const auto agent = store::open_agent_store({store_.conninfo("job1"), Millis{1000}, "test"});
  first_.emplace(store_.conninfo("ops1"));
  open_.emplace(*first_);
  open_->exec("select jobflip.drain('job3', true, '', 'a test')");
  ASSERT_TRUE(crash());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return agent->beat(request_).has_value(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, bound_);
  EXPECT_TRUE(was_ended());
}

/// A node's login may call free_beat at any time, and need not commit it.
TEST_F(PgMarkerHeld, AnEndedSessionThatAnOpenCallRecordsKeepsNoOperatorWaiting) {
  beat();
  pqxx::connection stuck{store_.conninfo("job3")};
  pqxx::work in_the_way{stuck};
  in_the_way.exec(
      "select jobflip.beat('job3', gen_random_uuid(), '{}', '{}', '', '{}', '{}', 0, '{}')");
  first_.emplace(store_.conninfo("job3"));
  EXPECT_TRUE(eventually([&] {
    pqxx::nontransaction session{*first_};
    return session.exec("select jobflip.free_beat('job3')").at(0)[0].as<std::string>() == "ending";
  }));
  open_.emplace(*first_);
  EXPECT_EQ(open_->exec("select jobflip.free_beat('job3')").at(0)[0].as<std::string>(), "ended");
  const auto drained = store_.oper().drain(job2, true, {"alice", "a test"});
  EXPECT_TRUE(drained.has_value()) << drained.error().text;
  open_->commit();
  EXPECT_EQ(store_.sql("select chain from jobflip_data.audit_event where kind = 'sessions_ended'"),
            "jobflip.sessions");
}

}  // namespace
}  // namespace jobflip::test
