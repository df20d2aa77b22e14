// When a supervisor's watch begins again, and what it keeps.

#include <gtest/gtest.h>

#include "unit/core/flipped_world.hpp"

namespace jobflip::core {
namespace {

struct WatchedWorld : FlippedWorld {
  QueueWatch& queue() { return watch().queues.begin()->second; }
};

TEST(SupervisorWatch, BeginsAgainWithTheFirstReadingUnderTheNewHolder) {
  WatchedWorld world;
  int first_readings = 0;
  world.on_step = [&] {
    if (world.watch().epoch != Epoch{43}) return;
    const auto& queue = world.queue();
    EXPECT_FALSE(queue.begins && queue.flip_may_help) << "what was said is about other workers";
    first_readings += queue.last_began ? 1 : 0;
  };
  EXPECT_FALSE(world.queue().last_began);
  world.start();
  EXPECT_GT(first_readings, 0) << "which is kept with the reading";
  EXPECT_FALSE(world.queue().last_began);
}

TEST(SupervisorWatch, KnowsWhatWasStalledThoughTheNodeTakesTheLeaseAgain) {
  WatchedWorld world;
  world.start();
  world.start();
  world.pool().open_flip->automatic = true;
  world.run(25s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_EQ(world.queue().detector.rhythm.vain_waits, 1);
}

TEST(SupervisorWatch, ARestartIsNoFlipThatTeaches) {
  WatchedWorld world;
  world.pool().open_flip.reset();
  world.run(1s);
  ASSERT_FALSE(world.queue().detector.flipped);
  ASSERT_TRUE(world.run_until([&] { return world.verdict() == QueueState::stalled; }, 60s));
  FlipView restart = flip_in(FlipState::requested);
  restart.id = FlipId{18};
  restart.to = restart.from;
  world.pool().open_flip = restart;
  world.run(2s);
  ASSERT_EQ(world.watch().flip, FlipId{18});
  EXPECT_TRUE(world.watch().cures.begin()->second.was_stalled);
  EXPECT_FALSE(world.queue().detector.flipped);
}

TEST(SupervisorWatch, ACrashLoopIsRememberedForADay) {
  SupervisedWorld world;
  world.elect();
  world.run(2s);
  const NodeName job2 = NodeName::of("job2");
  world.watch().crashed[job2] = CrashSeen{5, std::nullopt, world.now - 23h};
  world.run(2s);
  EXPECT_TRUE(world.watch().crashed.contains(job2));
  world.watch().crashed[job2].at -= 2h;
  world.run(2s);
  EXPECT_FALSE(world.watch().crashed.contains(job2));
}

TEST(SupervisorWatch, RecordsNoHoldOfAPoolThatIsGone) {
  SupervisedWorld world;
  world.elect();
  ASSERT_TRUE(world.call) << "the first snapshot";
  world.state.holds.push_back(
      {world.state.self, Epoch{7}, PoolName::of("gone"), "cooldown", "a reason", "{}"});
  world.run(2s);
  EXPECT_TRUE(world.holds.empty());
}

TEST(SupervisorWatch, TwoTimesWithoutAnAnswerAreBothNoPartOfTheTimeForACure) {
  WatchedWorld world;
  world.start();
  for (int i = 0; i < 2; ++i) {
    world.run(2s);
    world.silent_store = true;
    world.run(12s);
    world.silent_store = false;
  }
  world.run(6s);
  EXPECT_FALSE(world.judged()) << "verify_timeout is 20 s, and for 24 s nothing answered";
  world.run(15s);
  EXPECT_EQ(world.judged(), FlipEvent::not_cured);
}

TEST(SupervisorWatch, AQueueThatWasCuredTeachesSoThoughAnotherWasNot) {
  WatchedWorld world;
  world.start();
  const auto email = QueueName::of("email");
  const auto reports = QueueName::of("reports");
  auto& watch = world.watch();
  ASSERT_TRUE(watch.cures.at(email).was_stalled);
  watch.queues.emplace(reports, watch.queues.at(email));
  watch.queues.at(reports).settings.name = reports;
  watch.cures.emplace(reports, watch.cures.at(email));
  watch.cures.at(email).completed = watch.cures.at(email).backlog_moves = true;
  for (auto& [name, queue] : watch.queues) {
    queue.detector.rhythm.vain_waits = 2;
    queue.sampling = true;  // no other reading comes
  }
  world.pool().open_flip->automatic = true;
  world.run(16s);
  watch.queues.at(reports).sent_without_workers = true;
  QueueSample sample = world.sample;
  sample.queue = reports;
  world.run(6s);
  world.give(Sampled{world.pool().settings.name, reports, sample});
  FlippedStall stall;
  stall.waited = true;
  stall.workers_at = Instant{};
  watch.queues.at(reports).detector.flipped = stall;
  world.run(2s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_EQ(watch.queues.at(email).detector.rhythm.vain_waits, 0);
  EXPECT_EQ(watch.queues.at(reports).detector.rhythm.vain_waits, 3);
}

}  // namespace
}  // namespace jobflip::core
