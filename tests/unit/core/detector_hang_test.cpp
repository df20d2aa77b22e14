// Nothing is learned from a hang: neither from the claims of dead workers, nor from what waited.

#include <gtest/gtest.h>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

/// Run times of 20 s are known, and so is the rhythm.
Watch learned(QueueSettings settings = unset()) {
  Watch watch{settings};
  watch.learn();
  for (int i = 0; i < 30; ++i) {
    watch.sample.running = 1;
    watch.sample.oldest_running = 0ms;
    watch.tick();
    watch.ticks(1);
    watch.sample.running = 0;
    watch.sample.oldest_running.reset();
    watch.ticks_that_complete(1);
  }
  EXPECT_GE(watch.state.rhythm.run_times.total(), kRunsToKnow);
  EXPECT_LE(watch.state.rhythm.run_times.longest(), 30s);
  return watch;
}

/// Three workers hang in their jobs, and others wait.
void hang(Watch& watch, Millis length) {
  watch.sample.running = 3;
  watch.sample.oldest_running = 0ms;
  watch.sample.runnable = 5;
  watch.sample.oldest_runnable = 0ms;
  watch.ticks(static_cast<int>(length / kTick));
  ASSERT_TRUE(is_stuck(watch.state.state)) << watch.reason;
}

/// Somebody puts the claims back, in the tick in which another job completes.
void put_back(Watch& watch) {
  watch.sample.running = 0;
  watch.sample.oldest_running.reset();
  ++watch.sample.done;
  watch.tick();
}

/// Others complete jobs beside the dead claims.
void work_beside_it(Watch& watch) {
  for (int i = 0; i < 60; ++i) {
    watch.age();
    watch.ticks_that_complete(1);
  }
  ASSERT_FALSE(is_stuck(watch.state.state)) << watch.reason;
}

TEST(Hang, WhatRanAtAFlipTeachesNoRunTimeWhenItIsPutBack) {
  Watch watch = learned();
  hang(watch, 40min);
  begin_flip(watch.state, watch.now);
  watch.ticks(2);
  watch.state = restarted(watch.settings, watch.state, watch.now);
  work_beside_it(watch);  // the new workers do
  put_back(watch);
  EXPECT_LE(watch.state.rhythm.run_times.longest(), 30s);
}

TEST(Hang, AFlipBeforeTheLimitTeachesNoRunTimeEither) {
  Watch watch = learned();
  watch.sample.running = 3;
  watch.sample.oldest_running = 0ms;
  watch.ticks(9);
  replace_workers(watch);
  watch.ticks(2);
  put_back(watch);
  EXPECT_LE(watch.state.rhythm.run_times.longest(), 30s) << "90 s were not a run";
}

TEST(Hang, WhatHungInAStallTeachesNoRunTimeWithoutAFlip) {
  Watch watch = learned();
  hang(watch, 40min);
  work_beside_it(watch);  // some workers were repaired
  put_back(watch);
  EXPECT_LE(watch.state.rhythm.run_times.longest(), 30s);
}

TEST(Hang, AJobThatWasTakenAfterwardsTeachesItsRunTime) {
  Watch watch = learned();
  hang(watch, 40min);
  replace_workers(watch);
  put_back(watch);
  watch.ticks_that_complete(30);
  watch.sample.running = 1;
  watch.sample.oldest_running = 0ms;
  watch.ticks(9);
  put_back(watch);
  EXPECT_GE(watch.state.rhythm.run_times.longest(), 90s);
}

/// Worked off as one does: the oldest goes first.
void work_off(Watch& watch) {
  for (int i = 0; i < 5; ++i) {
    watch.sample.runnable = 4 - i;
    if (watch.sample.runnable == 0) watch.sample.oldest_runnable.reset();
    watch.age();
    watch.ticks_that_complete(1);
  }
}

TEST(Hang, WhatWaitedInItTeachesNoAge) {
  for (const bool flipped : {false, true}) {
    SCOPED_TRACE(flipped);
    Watch watch = learned();
    hang(watch, 40min);
    watch.sample.running = 0;
    watch.sample.oldest_running.reset();
    if (flipped) {
      replace_workers(watch);
    }
    work_off(watch);
    watch.ticks_that_complete(40);
    EXPECT_LE(watch.state.rhythm.due_ages.longest(), 1min);
    watch.sample.runnable = 5;
    watch.sample.oldest_runnable = 2min;
    watch.ticks_that_complete(1);
    work_off(watch);
    EXPECT_GE(watch.state.rhythm.due_ages.longest(), 2min) << "the next backlog teaches its own";
  }
}

}  // namespace
}  // namespace jobflip::core
