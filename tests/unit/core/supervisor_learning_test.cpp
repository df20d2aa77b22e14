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

}  // namespace
}  // namespace jobflip::core
