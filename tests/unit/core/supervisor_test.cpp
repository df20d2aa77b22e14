#include "jobflip/core/supervisor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/supervisor_parts.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const Error kBroken{ErrorCode::store_unreachable, "connection closed", ""};

TEST(Supervisor, DoesNothingUntilElected) {
  SupervisedWorld world;
  world.give(SupervisorTick{});
  EXPECT_EQ(world.actions, 0);
  EXPECT_EQ(world.wake_at, Instant::max());
}

TEST(Supervisor, DoesNothingUnderALeaseThatHasRunOut) {
  SupervisedWorld world;
  world.give(Elected{Epoch{7}, world.now});
  EXPECT_EQ(world.actions, 0);
  EXPECT_FALSE(world.state.epoch);
}

/// A stall, a flip and its cure: the whole story, one step after the other.
void play(SupervisedWorld& world, const std::function<bool()>& stop) {
  const auto on = [&](Millis length) {
    for (Millis t{0}; t < length && !stop() && !testing::Test::HasFatalFailure(); t += 50ms)
      world.run(50ms);
  };
  world.working = true;
  on(14s);
  world.working = false;
  on(12s);
  if (!world.pool().open_flip) return;
  world.flip_becomes(FlipState::released);
  on(1s);
  world.flip_becomes(FlipState::started);
  on(1s);
  world.working = true;
  on(3s);
}

TEST(Supervisor, IsDeposedInTheMiddleOfEveryStepAndDoesNothingMore) {
  SupervisedWorld whole;
  whole.elect();
  play(whole, [] { return false; });
  ASSERT_EQ(whole.requests.size(), 1U);
  ASSERT_FALSE(whole.outcomes.empty());
  ASSERT_GT(whole.steps, 100);

  for (int at = 1; at < whole.steps; ++at) {
    SCOPED_TRACE("deposed at step " + std::to_string(at));
    SupervisedWorld world;
    world.on_step = [&world, at] {
      if (world.steps != at) return;
      world.silent_from = world.now;
      world.give(Deposed{});
    };
    world.elect();
    play(world, [&] { return world.steps > at; });
    const int actions = world.actions;
    world.run(60s);  // answers to earlier calls must have no effect
    ASSERT_EQ(world.actions, actions);
    ASSERT_FALSE(world.state.epoch);
    ASSERT_EQ(world.wake_at, Instant::max());
  }
}

TEST(Supervisor, ActsNoLongerThanItsLeaseWhereverThatEnds) {
  for (Millis length = 100ms; length < 32s; length += 100ms) {
    SCOPED_TRACE("a lease of " + short_duration(length));
    SupervisedWorld world;
    world.elect(length);
    world.silent_from = world.now + length;
    play(world, [] { return false; });
    ASSERT_FALSE(world.state.epoch && world.now >= world.silent_from);
  }
}

TEST(Supervisor, ContinuesWhileEachBeatMovesItsDeadline) {
  SupervisedWorld world;
  world.elect(2s);
  for (int i = 0; i < 20; ++i) {
    world.run(1s);
    world.elect(2s);
  }
  EXPECT_TRUE(world.state.epoch);
  EXPECT_EQ(std::ranges::count(world.reasons, "leading under epoch 7"), 1);
  world.give(Elected{Epoch{7}, world.now + 1ms});
  EXPECT_EQ(world.state.trusted_until, world.now + 2s) << "never back";
}

TEST(Supervisor, BeginsAfreshWhenElectedAgainUnderAnotherEpoch) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  ASSERT_EQ(world.verdict(), QueueState::ok);
  world.elect(1h, Epoch{9});
  world.run(2s);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  EXPECT_EQ(world.reports.back().supervisor_epoch, Epoch{9});
  world.elect(1h, Epoch{8});
  EXPECT_EQ(world.state.epoch, Epoch{9}) << "an older election must have no effect";
}

TEST(Supervisor, IgnoresAnswersFromAnEarlierTermUnderTheSameEpoch) {
  SupervisedWorld world;
  world.elect(5s);
  world.silent_store = true;
  world.run(1s);
  ASSERT_TRUE(world.call);
  world.run(10s);
  ASSERT_FALSE(world.state.epoch);
  world.elect();
  EXPECT_EQ(world.state.call, StoreCall::snapshot) << "the old call is still in flight";
  world.answer_call();
  EXPECT_FALSE(world.state.snapshot);
  world.silent_store = false;
  world.run(1s);
  EXPECT_TRUE(world.state.snapshot);
}

TEST(Supervisor, ResignsWhenTheStoreKnowsANewerLeader) {
  SupervisedWorld world;
  world.still_leader = false;
  world.elect();
  world.run(5s);
  EXPECT_FALSE(world.state.epoch);
  EXPECT_EQ(world.reports.size(), 1U);
}

TEST(Supervisor, SamplesEachQueueAtItsOwnPace) {
  SupervisedWorld world;
  QueueSettings slow = world.pool().settings.queues.front();
  slow.name = QueueName::of("slow");
  slow.sample_every = 5s;
  world.pool().settings.queues.push_back(slow);
  world.elect();
  world.run(30s);
  EXPECT_EQ(world.samples_taken, 31 + 7);
}

TEST(Supervisor, ReadsSnapshotsAtHalfTheFastestPace) {
  const std::vector<std::pair<Millis, Millis>> paces{
      {10s, 1000ms}, {1s, 500ms}, {500ms, 250ms}, {100ms, 200ms}};
  for (const auto& [sample_every, pace] : paces) {
    SupervisedWorld world;
    world.pool().settings.queues.front().sample_every = sample_every;
    world.elect();
    world.run(1ms);
    EXPECT_EQ(world.state.snapshot_every, pace);
  }
  SupervisedWorld beats;
  beats.pool().settings.timings.beat_every = 600ms;
  beats.elect();
  beats.run(1ms);
  EXPECT_EQ(beats.state.snapshot_every, 300ms);
}

TEST(Supervisor, PublishesAllQueuesOfAPoolInOneReportWithEachRoundOfSamples) {
  SupervisedWorld world;
  QueueSettings other = world.pool().settings.queues.front();
  other.name = QueueName::of("reports");
  world.pool().settings.queues.push_back(other);
  world.elect();
  world.run(20s);
  EXPECT_GE(world.reports.size(), 20U);
  EXPECT_LE(world.reports.size(), 24U);
  const VerdictReport& report = world.reports.back();
  ASSERT_EQ(report.queues.size(), 2U);
  EXPECT_EQ(report.queues[0].queue, QueueName::of("email"));
  EXPECT_EQ(report.queues[0].verdict, "STALLED");
  EXPECT_TRUE(report.queues[0].sample);
}

TEST(Supervisor, PublishesABlindQueueWithoutASample) {
  SupervisedWorld world;
  world.elect();
  world.run(3s);
  world.blind = Error{ErrorCode::probe_failed, "no such table", ""};
  world.run(3s);
  EXPECT_EQ(world.reports.back().queues[0].verdict, "BLIND");
  EXPECT_FALSE(world.reports.back().queues[0].sample);
}

TEST(Supervisor, BacksOffFromAStoreThatFailsAndSaysSoOnce) {
  SupervisedWorld world;
  world.broken = kBroken;
  world.elect();
  world.run(60s);
  EXPECT_LE(world.snapshots, 30);  // 4 in the first 3 s, and then one each 2.5 s to 5 s
  EXPECT_GE(world.snapshots, 12);
  EXPECT_EQ(std::ranges::count(world.reasons, "the store failed: connection closed"), 1);
  world.broken.reset();
  world.run(6s);
  EXPECT_EQ(std::ranges::count(world.reasons, "the store answers again"), 1);
  EXPECT_TRUE(world.state.snapshot);
}

TEST(Supervisor, FollowsPoolsAndQueuesThatComeAndGo) {
  SupervisedWorld world;
  world.elect();
  world.run(5s);
  PoolView added = healthy_pool();
  added.settings.name = PoolName::of("reports");
  world.fleet.pools.push_back(added);
  world.run(2s);
  EXPECT_EQ(world.state.pools.size(), 2U);
  world.fleet.pools.pop_back();
  world.pool().settings.queues.front().name = QueueName::of("letters");
  world.run(2s);
  ASSERT_EQ(world.state.pools.size(), 1U);
  ASSERT_EQ(world.watch().queues.size(), 1U);
  EXPECT_TRUE(world.watch().queues.contains(QueueName::of("letters")));
}

TEST(Supervisor, WarmsUpAgainWhenThePoolHasANewHolder) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  ASSERT_EQ(world.verdict(), QueueState::ok);
  world.pool().owner.epoch = Epoch{50};
  world.run(2s);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
}

TEST(Supervisor, BoundsItsEvidenceAndKeepsWhatIsStalled) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  PoolWatch watch = world.watch();
  const QueueWatch email = watch.queues.at(QueueName::of("email"));
  for (int i = 0; i < 300; ++i) {
    QueueWatch queue = email;
    queue.settings.name = QueueName::of("q" + std::to_string(i));
    queue.detector.state = i == 299 ? QueueState::stalled : QueueState::ok;
    queue.recent.assign(30, world.sample);
    for (auto& sample : queue.recent) sample.head = std::string(5000, '"') + '\0' + "\x01\xff";
    watch.queues.emplace(queue.settings.name, queue);
  }
  const FlipPlan plan = plan_flip(world.pool(), {}, {});
  const std::string json =
      evidence_json(supervisor::make_evidence(watch, world.pool(), {}, plan, world.now));
  EXPECT_LE(json.size(), 48U * 1024);
  EXPECT_NE(json.find("\"queue\":\"q299\",\"verdict\":\"STALLED\""), std::string::npos);
  EXPECT_EQ(json.find("\"queues_left_out\":0"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(json));
  EXPECT_EQ(json.find("\\u0000"), std::string::npos) << "jsonb refuses it";
}

TEST(Supervisor, KeepsACrashLoopOfTheHolderInTheEvidenceOfAFlip) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  PoolView pool = world.pool();
  const auto crash_loop = [&] {
    const FlipPlan plan = plan_flip(pool, {}, {});
    return nlohmann::json::parse(evidence_json(
        supervisor::make_evidence(world.watch(), pool, {}, plan, world.now)))["crash_loop"];
  };
  EXPECT_TRUE(crash_loop().is_null());
  pool.candidates[0].crashes = 7;
  pool.candidates[0].crash_reason = "exited with \"3\"";
  ASSERT_EQ(pool.candidates[0].node, pool.owner.holder);
  EXPECT_EQ(
      crash_loop(),
      (nlohmann::json{
          {"node", "job1"}, {"ends", 7}, {"within_ms", nullptr}, {"reason", "exited with \"3\""}}));
}

}  // namespace
}  // namespace jobflip::core
