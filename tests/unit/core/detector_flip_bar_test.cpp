// Flips that did not help, and where the stall that they followed begins and ends.

#include "detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(FlipBar, NewWorkersHaveThreeMinutesToMove) {
  for (const int ticks : {16, 17}) {
    Watch watch = stalled_watch();
    replace_workers(watch);
    watch.ticks(ticks);
    learn_from_flip(watch.state, FlipEffect::none);
    watch.ticks_that_complete(1);
    EXPECT_EQ(watch.state.rhythm.wait > 0ms, ticks == 17) << ticks;
  }
}

TEST(FlipBar, TheEndOfTheFlipIsNoChangeOfWorkers) {
  Watch watch = stalled_watch();
  replace_workers(watch);
  watch.ticks(12);
  learn_from_flip(watch.state, FlipEffect::none);
  watch.state = restarted(watch.settings, watch.state, watch.now);
  watch.ticks(8);
  watch.ticks_that_complete(1);
  EXPECT_GE(watch.state.rhythm.wait, 8min) << "3 m 30 s after they came";
}

TEST(FlipBar, AFlipBeforeAnyNewVerdictGoesOnWithTheSameStall) {
  Watch watch = stalled_watch();
  replace_workers(watch);
  ASSERT_EQ(watch.ticks(5), QueueState::warmup);
  learn_from_flip(watch.state, FlipEffect::unknown);
  replace_workers(watch);  // by hand
  watch.ticks(30);
  learn_from_flip(watch.state, FlipEffect::unknown);
  watch.ticks_that_complete(1);
  EXPECT_GE(watch.state.rhythm.wait, 10min);
}

TEST(FlipBar, ACounterThatStartsAgainEndsTheStallUnseen) {
  Watch watch = stalled_watch();
  replace_workers(watch);
  watch.ticks(12);
  learn_from_flip(watch.state, FlipEffect::none);
  watch.ticks(20);
  ASSERT_TRUE(watch.state.flipped);
  watch.sample.done = 0;  // somebody emptied the tables
  watch.tick();
  EXPECT_FALSE(watch.state.flipped);
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms);
}

TEST(FlipBar, IsForgottenTwoWeeksAfterTheLastFlipThatDidNotHelp) {
  Watch watch = stalled_watch();
  watch.state.rhythm.vain_waits = 1;
  watch.state.rhythm.vain_age = std::chrono::days{13};
  replace_workers(watch);
  learn_from_flip(watch.state, FlipEffect::none);
  EXPECT_EQ(watch.state.rhythm.vain_waits, 2);
  pass_time(watch.state.rhythm, std::chrono::days{13});
  EXPECT_EQ(watch.state.rhythm.vain_waits, 2);
}

TEST(FlipBar, OfHeldJobsIsTwiceWhatMakesThemHeld) {
  Watch watch;
  watch.state.rhythm.vain_hangs = 1;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.tick();
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  ++watch.sample.running;
  ASSERT_EQ(watch.ticks(24), QueueState::held) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help) << "nothing has moved for 230 s";
  EXPECT_EQ(watch.ticks(1), QueueState::held);
  EXPECT_TRUE(watch.flip_may_help) << "no job is due, and nothing has moved for 240 s";
}

}  // namespace
}  // namespace jobflip::core
