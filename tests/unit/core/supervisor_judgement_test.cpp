// What the supervisor makes of several queues and pools, and what it remembers of a queue.

#include <gtest/gtest.h>

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// Pool mail on job1 with queue email, which stalls, and pool web on job2.
class TwoPools : public SupervisedWorld {
 public:
  TwoPools() {
    PoolView web = fleet.pools.front();
    web.settings.name = PoolName::of("web");
    web.settings.queues.front().name = QueueName::of("pages");
    web.owner.holder = NodeName::of("job2");
    fleet.pools.push_back(web);
    elect();
    run_well();
  }
  const PoolJudgement& judgement() { return watch().judgement; }
};

TEST(SupervisorJudges, HoldsTheFlipWhereEverythingIsStuckAtOnce) {
  TwoPools world;
  ASSERT_TRUE(world.run_until([&] { return !world.holds.empty(); }, 30s));
  EXPECT_EQ(world.judgement().cause, Cause::database);
  EXPECT_TRUE(world.requests.empty());
  EXPECT_EQ(world.holds.front().rule, "cause");
  EXPECT_NE(world.holds.front().reason.find("2 of 2 pools are stuck at once"), std::string::npos)
      << world.holds.front().reason;
  world.run(60s);
  EXPECT_TRUE(world.requests.empty());
}

TEST(SupervisorJudges, FlipsOnePoolWhereTheOthersMove) {
  TwoPools world;
  world.fleet.pools.back().settings.queues.clear();
  world.run_well(3s);
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  EXPECT_NE(world.requests.front().reason.find("cause: 1 of 1 queue"), std::string::npos)
      << world.requests.front().reason;
}

TEST(SupervisorJudges, HoldsTheFlipWhileReadingsOfTheDatabaseAreSlow) {
  SupervisedWorld world;
  world.elect();
  world.took[QueueName::of("email")] = 20ms;
  world.run_well();
  world.took[QueueName::of("email")] = 3s;
  ASSERT_TRUE(world.run_until([&] { return !world.holds.empty(); }, 60s));
  EXPECT_EQ(world.watch().judgement.cause, Cause::database);
  EXPECT_TRUE(world.requests.empty());
  world.took[QueueName::of("email")] = 20ms;
  EXPECT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 60s))
      << "the database is well again, and the pool is still stuck";
}

Rhythm some_rhythm() {
  Rhythm rhythm;
  rhythm.served = 50;
  rhythm.watched = std::chrono::hours{500};
  rhythm.run_times.add(7s, 20);
  update_limits(rhythm);
  return rhythm;
}

const Rhythm& rhythm_of(SupervisedWorld& world) {
  return world.watch().queues.begin()->second.detector.rhythm;
}

TEST(SupervisorRemembers, WhatAnEarlierLeaderLearned) {
  for (const bool before_the_first_snapshot : {true, false}) {
    SupervisedWorld world;
    world.elect();
    if (!before_the_first_snapshot) world.run(2s);
    world.give(
        LearnedRead{{{PoolName::of("mail"), QueueName::of("email"), rhythm_document(some_rhythm())},
                     {PoolName::of("mail"), QueueName::of("gone"), "{}"},
                     {PoolName::of("mail"), QueueName::of("email"), "no JSON"}}});
    world.run(2s);
    EXPECT_EQ(rhythm_of(world).served, 50) << before_the_first_snapshot;
  }
}

TEST(SupervisorRemembers, WhatWasLearnedOverAFlipAndOverOtherSettings) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  world.give(LearnedRead{
      {{PoolName::of("mail"), QueueName::of("email"), rhythm_document(some_rhythm())}}});
  world.pool().settings.queues.front().stall_after = 6s;
  world.run(2s);
  EXPECT_EQ(rhythm_of(world).served, 50);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  world.pool().owner.epoch = Epoch{43};
  world.run(2s);
  EXPECT_EQ(rhythm_of(world).served, 50);
}

}  // namespace
}  // namespace jobflip::core
