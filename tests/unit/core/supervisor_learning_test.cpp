// What a supervisor's flips teach the detectors.

#include <gtest/gtest.h>

#include "unit/core/flipped_world.hpp"

namespace jobflip::core {
namespace {

struct LearningWorld : FlippedWorld {
  void start_flip(bool automatic) {
    start();
    pool().open_flip->automatic = automatic;
    run(1s);
  }
  void end_flip() {
    pool().open_flip.reset();
    on_request = [](const FlipRequest&) { return FlipAnswer{false, {}, "cooldown", "wait"}; };
    run(2s);
  }
  const DetectorState& detector() { return watch().queues.begin()->second.detector; }
  const Rhythm& rhythm() { return detector().rhythm; }
};

TEST(SupervisorLearns, TheWaitThatItsFlipDidNotEnd) {
  LearningWorld world;
  world.start_flip(true);
  world.run(25s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_EQ(world.rhythm().vain_waits, 1);
  world.end_flip();
  EXPECT_EQ(world.rhythm().vain_waits, 1) << "once for each flip";
  ASSERT_TRUE(world.detector().flipped) << "the stall goes on";
  world.run(4min);
  EXPECT_EQ(world.rhythm().wait, 0ms);
  world.run_well(5s);
  EXPECT_NEAR(static_cast<double>(world.rhythm().wait.count()), 290e3, 20e3);
}

TEST(SupervisorLearns, NothingFromAFlipThatCured) {
  LearningWorld world;
  world.start_flip(true);
  ++world.sample.done;
  world.sample.oldest_runnable = 500ms;
  world.run(2s);
  ASSERT_EQ(world.judged(), FlipEvent::completed);
  world.end_flip();
  EXPECT_EQ(world.rhythm().vain_waits, 0);
  EXPECT_FALSE(world.detector().flipped);
}

TEST(SupervisorLearns, APersonWhoAcknowledgesAFlipLiftsWhatTheNextOneNeeds) {
  for (const bool level : {true, false}) {
    LearningWorld world;
    world.start_flip(true);
    world.run(25s);
    ASSERT_EQ(world.rhythm().vain_waits, 1);
    if (level)
      world.pool().cooldown_level = 1;
    else
      world.pool().restart = {FlipId{17}, FlipState::unverified, 15min, false};
    world.end_flip();
    world.run(5s);
    ASSERT_EQ(world.rhythm().vain_waits, 1);
    world.pool().cooldown_level = 0;
    world.pool().restart.reset();
    world.run(2s);
    EXPECT_EQ(world.rhythm().vain_waits, 0) << level;
  }
}

TEST(SupervisorLearns, NothingFromARestartThatIsAllowedAgainAfterItsTime) {
  LearningWorld world;
  world.start_flip(true);
  world.run(25s);
  world.pool().restart = {FlipId{17}, FlipState::unverified, 500ms, false};
  world.end_flip();
  world.pool().restart.reset();
  world.run(2s);
  EXPECT_EQ(world.rhythm().vain_waits, 1);
}

TEST(SupervisorLearns, NoBarFromAFlipByHand) {
  LearningWorld world;
  world.start_flip(false);
  world.run(25s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_EQ(world.rhythm().vain_waits, 0);
  EXPECT_TRUE(world.detector().flipped) << "its wait is learned";
}

TEST(SupervisorLearns, NothingFromAFlipThatWasAbortedInTime) {
  LearningWorld world;
  ASSERT_TRUE(world.detector().flipped);
  world.end_flip();
  EXPECT_FALSE(world.detector().flipped);
}

LearnedRead read(const Rhythm& rhythm) {
  return {{{PoolName::of("mail"), QueueName::of("email"), rhythm_document(rhythm)}}};
}

TEST(SupervisorLearns, WhatAPersonHadLearnedOnceAndBesideWhatItKnows) {
  LearningWorld world;
  const auto watched = world.rhythm().watched;
  ASSERT_GT(watched, 0ms);
  Rhythm taught;
  taught.watched = 5s;  // less than the supervisor has
  taught.quiet_gaps.add(6min);
  taught.taught = 1;
  world.give(read(taught));
  EXPECT_GE(world.rhythm().quiet_gaps.longest(), 6min);
  EXPECT_GE(world.rhythm().watched, watched);
  EXPECT_EQ(world.rhythm().taught, 1);
  taught.quiet_gaps.add(30min);
  world.give(read(taught));
  EXPECT_LT(world.rhythm().quiet_gaps.longest(), 30min) << "it was taken in before";
}

TEST(SupervisorLearns, NothingFromADocumentOfBeforeThat) {
  LearningWorld world;
  Rhythm taught;
  taught.taught = 2;
  world.give(read(taught));
  Rhythm older;
  older.watched = 240h;
  older.taught = 1;
  world.give(read(older));
  EXPECT_LT(world.rhythm().watched, 240h);
  older.taught = 2;
  world.give(read(older));
  EXPECT_EQ(world.rhythm().watched, 240h) << "an earlier leader knew more";
}

}  // namespace
}  // namespace jobflip::core
