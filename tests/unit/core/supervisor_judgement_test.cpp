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

TEST(SupervisorJudges, AQueueWhoseOwnQueryFailsSaysNothingAboutOtherPools) {
  TwoPools world;
  const QueueName pages = QueueName::of("pages");
  world.blind_queues[pages] = Error{ErrorCode::probe_failed, "oldest_runnable_s is negative", ""};
  world.took[pages] = 3s;
  world.run_well(30s);
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 60s)) << "3 s do not count";
  EXPECT_EQ(world.judgement().cause, Cause::workers);
  EXPECT_TRUE(world.holds.empty());
}

TEST(SupervisorJudges, ADatabaseThatDoesNotAnswerHoldsTheFlipsOfAllItsPools) {
  TwoPools world;
  world.blind_queues[QueueName::of("pages")] =
      Error{ErrorCode::database_failed, "no answer within 1.0s", ""};
  ASSERT_TRUE(world.run_until([&] { return !world.holds.empty(); }, 60s));
  EXPECT_NE(world.holds.front().reason.find("it refused or did not answer"), std::string::npos)
      << world.holds.front().reason;
  EXPECT_TRUE(world.requests.empty());
}

/// job1 holds the pool and its workers end again and again.
class CrashLoops : public SupervisedWorld {
 public:
  CrashLoops() {
    elect();
    run_well();
    crash(0);
  }
  void crash(std::size_t candidate) {
    auto& one = pool().candidates.at(candidate);
    one.crashes = 7;
    one.crashed_within = 120s;
    one.crash_reason = "exited with 3";
  }
  void move_to_the_other() {
    pool().open_flip.reset();
    pool().owner.holder = pool().candidates.at(1).node;
    pool().owner.epoch = Epoch{pool().owner.epoch.value + 1};
    pool().candidates.at(0).crashes = 0;
  }
};

TEST(SupervisorJudges, NamesACrashLoopAsTheCauseOfAFlip) {
  CrashLoops world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  EXPECT_NE(world.requests.front().reason.find(
                "cause: crash loop: its workers on job1 ended 7 times in 2m"),
            std::string::npos)
      << world.requests.front().reason;
}

TEST(SupervisorJudges, SaysWhenTheWorkersLastEndedInACrashLoop) {
  CrashLoops world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  EXPECT_NE(world.requests.front().reason.find(", most recently "), std::string::npos)
      << world.requests.front().reason;
}

TEST(SupervisorJudges, APoolThatWasStuckLongBeforeHoldsNoFlipOfAnother) {
  TwoPools world;
  world.fleet.pools.front().settings.queues.clear();
  world.on_request = [](const FlipRequest&) { return FlipAnswer{false, {}, "cooldown", "wait"}; };
  world.run(60s);
  ASSERT_EQ(world.state.pools.at(PoolName::of("web")).judgement.cause, Cause::workers);
  QueueSettings later = world.fleet.pools.back().settings.queues.front();
  later.name = QueueName::of("email");
  world.pool().settings.queues = {later};
  world.run(1s);
  world.requests.clear();
  ASSERT_TRUE(world.run_until([&] { return world.watch().stalled_since.has_value(); }, 60s));
  EXPECT_EQ(world.judgement().cause, Cause::workers) << world.judgement().sentence;
}

TEST(SupervisorJudges, HoldsTheNextFlipIfTheCrashLoopWentOnOnTheOtherNode) {
  CrashLoops world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.requests.clear();
  world.move_to_the_other();
  world.crash(1);
  ASSERT_TRUE(world.run_until([&] { return !world.holds.empty(); }, 60s));
  EXPECT_EQ(world.holds.front().rule, "cause");
  EXPECT_NE(world.holds.front().reason.find("crash loop: its workers on job2 ended 7 times in 2m"),
            std::string::npos)
      << world.holds.front().reason;
  EXPECT_NE(world.holds.front().reason.find("as they did on job1"), std::string::npos);
  EXPECT_TRUE(world.requests.empty());
}

TEST(SupervisorJudges, AJobThatCompletedBetweenMakesTheSecondCrashLoopAnother) {
  CrashLoops world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.requests.clear();
  world.move_to_the_other();
  world.run_well();
  world.crash(1);
  EXPECT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 60s));
  EXPECT_TRUE(world.holds.empty());
}

TEST(SupervisorJudges, ACrashLoopOfTheDayBeforeIsForgotten) {
  CrashLoops world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.requests.clear();
  world.move_to_the_other();
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.run(2s);
  world.watch().crashed.begin()->second.at -= std::chrono::hours{25};
  world.run(2s);
  EXPECT_TRUE(world.watch().crashed.empty());
}

TEST(SupervisorJudges, SaysACrashLoopBesideAVerdictThatFlipsNothing) {
  CrashLoops world;
  world.sample.failed = 1;
  ASSERT_TRUE(world.run_until(
      [&] {
        ++world.sample.failed;
        return world.verdict() == QueueState::failing;
      },
      20min));
  world.run(5s);
  const auto& reason = world.reports.back().queues.front().reason;
  EXPECT_NE(reason.find("; crash loop: its workers on job1 ended 7 times in 2m"), std::string::npos)
      << reason;
}

TEST(SupervisorJudges, PublishesTheJobsThatRunAsTheyWereReadLast) {
  SupervisedWorld world;
  world.elect();
  world.sample.running = 2;
  world.run(3s);
  const auto publishes_ids = [&](std::vector<std::string> ids) {
    return world.reports.back().queues.front().running_ids == ids;
  };
  EXPECT_TRUE(publishes_ids({}));
  world.give(RunningRead{PoolName::of("mail"), QueueName::of("email"), {"17", "18"}});
  world.run(3s);
  EXPECT_TRUE(publishes_ids({"17", "18"}));
  world.give(RunningRead{PoolName::of("mail"), QueueName::of("gone"), {"1"}});
  world.give(RunningRead{PoolName::of("gone"), QueueName::of("email"), {"1"}});
  world.sample.running = 0;
  world.run(3s);
  EXPECT_TRUE(publishes_ids({}));
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
