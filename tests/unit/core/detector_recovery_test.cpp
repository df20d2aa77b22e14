#include "jobflip/core/detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(Detector, LeavesStalledByTwoCompletionsLessThanTheWindowApart) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);

  ++watch.sample.done;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_EQ(watch.ticks(5), QueueState::stalled) << "60 s later is too late";
  ++watch.sample.done;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_EQ(watch.ticks(4), QueueState::stalled);
  ++watch.sample.done;
  EXPECT_EQ(watch.tick(), QueueState::ok);
}

TEST(Detector, DoesNotLeaveStalledForClaims) {
  Watch watch;
  watch.warm_up();
  watch.sample.marker = 1;
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  for (int i = 0; i < 40; ++i) {
    ++*watch.sample.marker;
    ASSERT_EQ(watch.tick(), QueueState::stalled);
  }
  EXPECT_NE(watch.reason.find("no recovery yet"), std::string::npos) << watch.reason;
}

TEST(Detector, SaysFailingWhileAttemptsEndAndNoneCompletes) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  const auto fails = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ++watch.sample.failed;
      watch.tick();
    }
    return watch.state.state;
  };
  EXPECT_EQ(fails(10), QueueState::stalled);
  EXPECT_EQ(fails(23), QueueState::failing) << "five minutes without a completed job";
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_NE(watch.reason.find("no job completed in 33 attempts over 5m20s"), std::string::npos)
      << watch.reason;
  watch.sample.runnable = 0;
  EXPECT_EQ(watch.ticks(300), QueueState::failing) << "also while no job is due";
  EXPECT_EQ(watch.ticks(100), QueueState::idle) << "but not for ever";
  fails(33);
  ASSERT_EQ(watch.state.state, QueueState::failing);
  EXPECT_EQ(watch.ticks_that_complete(1), QueueState::idle);
}

TEST(Detector, AttemptsThatBecomeRareAreNotAHang) {
  Watch watch;
  watch.warm_up();
  for (int i = 0; i < 12; ++i) {
    ++watch.sample.failed;
    watch.tick();
    watch.ticks(4);
  }
  ASSERT_EQ(watch.state.state, QueueState::failing);
  EXPECT_EQ(watch.ticks(9), QueueState::failing) << "every 50 s so far";
  EXPECT_EQ(watch.ticks(3), QueueState::stalled);
}

TEST(Detector, LeavesStalledWhenNothingWasWaitingForThreeTicks) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  watch.sample.runnable = 0;
  EXPECT_EQ(watch.ticks(2), QueueState::stalled);
  EXPECT_EQ(watch.tick(), QueueState::idle);
}

TEST(Detector, RestartsTheClockWithEachBusyPeriod) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  ASSERT_EQ(watch.ticks(100), QueueState::idle);
  watch.sample.runnable = 1;
  EXPECT_EQ(watch.tick(), QueueState::ok);
  EXPECT_EQ(watch.quiet, 0s);
  EXPECT_EQ(watch.ticks(5), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

TEST(Detector, ReportsPausedAtOnceAndStartsAgainAfterwards) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  watch.sample.paused = true;
  EXPECT_EQ(watch.tick(), QueueState::paused);
  watch.sample.paused = false;
  EXPECT_EQ(watch.tick(), QueueState::ok);
  EXPECT_EQ(watch.quiet, 0s);
}

TEST(Detector, ACounterThatFallsIsNoMovement) {
  Watch watch;
  watch.sample.failed = 7;
  watch.sample.marker = 70;
  watch.warm_up();
  watch.ticks(8);
  ASSERT_EQ(watch.state.state, QueueState::stalled);
  watch.sample.done = 0;
  watch.sample.failed = 0;
  watch.sample.marker = 0;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_EQ(watch.quiet, 90s);
  EXPECT_TRUE(watch.flip_may_help) << watch.reason;
  EXPECT_EQ(watch.reason.find("something moved"), std::string::npos) << watch.reason;
}

TEST(Detector, ACounterThatFallsAmidOtherJobsStartsTheClockAnew) {
  Watch watch;
  watch.warm_up();
  watch.ticks(5);
  ASSERT_EQ(watch.quiet, 50s);
  watch.sample.done = 0;
  watch.sample.runnable = 2;  // another database
  EXPECT_EQ(watch.tick(), QueueState::ok);
  EXPECT_EQ(watch.quiet, 0s);
  EXPECT_EQ(watch.ticks(5), QueueState::ok);
  EXPECT_EQ(watch.ticks(1), QueueState::stalled);
}

TEST(Detector, SaysThatACounterFalls) {
  Watch watch;
  watch.sample.done = 1000;
  watch.warm_up();
  for (int i = 0; i < 3; ++i) {
    watch.sample.done -= 10;
    watch.tick();
  }
  EXPECT_NE(watch.reason.find("done fell 3 times"), std::string::npos) << watch.reason;
}

TEST(Detector, AddsTimeWithoutSamplesToEveryClock) {
  Watch watch;
  watch.warm_up();
  watch.ticks(4);
  ASSERT_EQ(watch.quiet, 40s);
  watch.gap = 40s;
  EXPECT_EQ(watch.tick(), QueueState::ok);
  EXPECT_EQ(watch.quiet, 50s) << "30 s of it had no samples";
}

TEST(Detector, ToleratesATickThatIsLateByLessThanItsInterval) {
  Watch watch;
  watch.warm_up();
  watch.gap = 20s;
  watch.tick();
  EXPECT_EQ(watch.quiet, 20s);
}

TEST(Detector, BeginsAgainAfterALongerAbsenceThanTheWindow) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  watch.gap = kTick + 61s;
  EXPECT_EQ(watch.tick(), QueueState::warmup);
  EXPECT_EQ(watch.quiet, 0s);
}

TEST(Detector, SaysBlindAfterThreeFailedReadingsInARowOrSixOfTen) {
  Watch watch;
  watch.warm_up();
  EXPECT_EQ(watch.fail(), QueueState::ok);
  EXPECT_NE(watch.reason.find("the last reading failed: no such table"), std::string::npos);
  EXPECT_EQ(watch.fail(), QueueState::ok);
  EXPECT_EQ(watch.fail(), QueueState::blind);
  EXPECT_NE(watch.reason.find("the last 3 readings failed"), std::string::npos) << watch.reason;
  watch.ticks_that_complete(12);
  ASSERT_EQ(watch.state.state, QueueState::ok);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(watch.fail(), QueueState::ok) << i;
    if (i < 4) watch.ticks_that_complete(i == 1 ? 1 : 1);
  }
  EXPECT_EQ(watch.fail(), QueueState::blind) << "6 of the last 10";
}

TEST(Detector, AStallSurvivesAFailedReading) {
  Watch watch;
  watch.warm_up();
  watch.ticks(4);
  watch.fail();
  EXPECT_EQ(watch.ticks(1), QueueState::stalled);
  EXPECT_EQ(watch.fail(), QueueState::stalled);
  EXPECT_TRUE(watch.flip_may_help);
}

TEST(Detector, DoesNotCountBlindTimeAgainstTheWorkers) {
  Watch shortly;
  shortly.warm_up();
  shortly.ticks(3);
  for (int i = 0; i < 4; ++i) shortly.fail();
  ASSERT_EQ(shortly.state.state, QueueState::blind);
  shortly.tick();
  EXPECT_EQ(shortly.quiet, 40s);

  Watch longer;  // such as a restart of the database
  longer.warm_up();
  for (int i = 0; i < 30; ++i) longer.fail();
  EXPECT_EQ(longer.tick(), QueueState::warmup);
}

TEST(Detector, KeepsTheTimeAtWhichAStateBegan) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(6), QueueState::stalled);
  const Instant stalled_at = watch.now;
  watch.ticks(5);
  EXPECT_EQ(watch.state.state_since, stalled_at);
}

}  // namespace
}  // namespace jobflip::core
