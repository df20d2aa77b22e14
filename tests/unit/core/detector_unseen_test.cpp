// Time in which nobody read the queue: each clock is moved on by it.

#include "detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(DetectorUnseen, TimeCountsNotTowardsAFailure) {
  Watch watch;
  watch.warm_up();
  const auto fail = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ++watch.sample.failed;
      watch.tick();
    }
    return watch.state.state;
  };
  fail(27);
  watch.gap = 60s;  // 50 s of it were not seen
  fail(3);
  EXPECT_EQ(watch.state.state, QueueState::ok) << "290 s of attempts that failed: " << watch.reason;
  EXPECT_EQ(fail(3), QueueState::failing) << watch.reason;
}

TEST(DetectorUnseen, TimeIsNoDelayOfARecovery) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  ASSERT_EQ(watch.ticks_that_complete(1), QueueState::stalled);
  watch.ticks(3);
  watch.gap = 50s;
  EXPECT_EQ(watch.ticks_that_complete(1), QueueState::ok) << "40 s later, as far as was seen";
}

TEST(DetectorUnseen, TimeIsNoPartOfTheWarmup) {
  Watch watch;
  watch.ticks(5);
  watch.gap = 50s;
  EXPECT_EQ(watch.ticks(1), QueueState::warmup);
  EXPECT_EQ(watch.ticks(5), QueueState::warmup);
  EXPECT_EQ(watch.ticks(1), QueueState::idle) << "12 readings";
}

TEST(DetectorUnseen, TimeMakesNoJobALeftover) {
  Watch watch;
  watch.sample.runnable = 1;
  watch.sample.oldest_runnable = 1h;
  const auto pass = [&](int count) {
    for (int i = 0; i < count; ++i) {
      *watch.sample.oldest_runnable += watch.gap.value_or(kTick);
      watch.ticks_that_complete(1);
    }
    return watch.state.head ? watch.state.head->leftovers : -1;
  };
  pass(15);
  watch.gap = 50s;
  EXPECT_EQ(pass(2), 0) << "it was seen at the front for 160 s";
  EXPECT_EQ(pass(3), 1);
}

TEST(DetectorUnseen, TimeWithNewWorkersDoesNotMakeAWaitOfASlowStart) {
  Watch watch = stalled_watch();
  replace_workers(watch);
  watch.ticks(10);
  learn_from_flip(watch.state, FlipEffect::none);
  watch.gap = 2min;
  watch.ticks(1);
  watch.ticks_that_complete(1);
  EXPECT_FALSE(watch.state.flipped);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms) << "they moved after 2 minutes, as far as was seen";
}

TEST(DetectorUnseen, TimeDoesNotEndAPause) {
  Watch watch;
  watch.warm_up();
  watch.sample.paused = true;
  ASSERT_EQ(watch.tick(), QueueState::paused);
  const Instant since = watch.now;
  watch.ticks(5);
  watch.gap = 10min;
  EXPECT_EQ(watch.tick(), QueueState::paused);
  EXPECT_EQ(watch.state.state_since, since);
}

}  // namespace
}  // namespace jobflip::core
