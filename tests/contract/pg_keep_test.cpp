// when_store_lost = keep: what the store requires before it accepts the setting, and how a
// takeover mentions it.

#include <gtest/gtest.h>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;
using core::WhenStoreLost;

core::Fleet keeping_fleet(WhenStoreLost what, bool fenced) {
  auto fleet = small_fleet();
  for (auto& pool : fleet.pools) {
    if (pool.name != mail) continue;
    pool.when_store_lost = what;
    pool.workers_fence_every_claim = fenced;
  }
  return fleet;
}

class PgKeep : public ::testing::Test {
 protected:
  Result<std::vector<std::string>> apply(WhenStoreLost what, bool fenced = true) {
    return store_.oper().apply(keeping_fleet(what, fenced), {"alice", "test"}, false);
  }

  core::BeatReply beat(const NodeName& node, std::vector<core::LeaseRenewal> renewals = {}) {
    core::BeatRequest request;
    request.node = node;
    request.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
    request.renewals = std::move(renewals);
    request.ready = {mail};
    return store_.agent(node).beat(request).value();
  }

  core::TakeReply take(const NodeName& node, Millis stood_still) {
    const auto reply = beat(node);
    core::TakeRequest request;
    request.node = node;
    request.pool = mail;
    request.attempt = random_uuid();
    request.incarnation = reply.incarnation;
    request.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
    request.life = reply.life;
    request.epoch = reply.pools.at(0).epoch;
    request.lease_beat = reply.pools.at(0).lease_beat;
    request.stood_still = stood_still;
    request.polls = 3;
    return store_.agent(node).take(request).value();
  }

  PgStore store_;
};

TEST_F(PgKeep, WithoutTheStatementOfTheFenceItIsRefusedWhoeverAsks) {
  const auto refused = apply(WhenStoreLost::keep, false);
  ASSERT_TRUE(refused.has_error());
  EXPECT_NE(refused.error().text.find("workers_fence_every_claim is not true"), std::string::npos)
      << refused.error().text;
  ASSERT_TRUE(apply(WhenStoreLost::keep).has_value());
  for (const char* change :
       {"settings = settings || '{\"workers_fence_every_claim\": false}'", "kind = 'supervisors'",
        "settings = settings || '{\"when_store_lost\": \"perhaps\"}'"})
    EXPECT_EQ(store_.sql(std::string{"do $$ begin update jobflip_data.pool set "} + change +
                         " where name = 'mail'; raise 'it was let in'; exception when "
                         "check_violation then null; end $$; select 'refused'"),
              "refused")
        << change;
}

TEST_F(PgKeep, TheSettingReachesAgentsAndReaders) {
  ASSERT_TRUE(apply(WhenStoreLost::keep).has_value());
  const auto settings = beat(job1).pools.at(0).settings;
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->when_store_lost, WhenStoreLost::keep);
  EXPECT_TRUE(settings->workers_fence_every_claim);
  const auto snapshot = store_.reader().snapshot().value();
  for (const auto& pool : snapshot.pools)
    EXPECT_EQ(pool.settings.when_store_lost,
              pool.settings.name == mail ? WhenStoreLost::keep : WhenStoreLost::stop)
        << pool.settings.name.str();
}

TEST_F(PgKeep, IsNotLeftWhileTheHolderIsAwayAndMayKeepItsWorkers) {
  ASSERT_TRUE(apply(WhenStoreLost::keep).has_value());
  const auto epoch = take(job1, {}).epoch;
  // It never renewed: nobody knows which workers it runs.
  const auto refused = apply(WhenStoreLost::stop);
  ASSERT_TRUE(refused.has_error());
  EXPECT_NE(refused.error().text.find("can't change from when_store_lost"), std::string::npos)
      << refused.error().text;
  beat(job1, {{mail, epoch}});
  EXPECT_TRUE(apply(WhenStoreLost::stop).has_value());
}

TEST_F(PgKeep, ATakeoverSaysThatTheOldWorkersMayStillRun) {
  ASSERT_TRUE(apply(WhenStoreLost::keep).has_value());
  ASSERT_EQ(take(job1, {}).outcome, TakeOutcome::taken);
  store_.pass(Millis{900});
  const auto taken = take(job2, Millis{900});
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  EXPECT_NE(taken.sentence.find("its workers may still run there, but the fence refuses them"),
            std::string::npos)
      << taken.sentence;
}

}  // namespace
}  // namespace jobflip::test
