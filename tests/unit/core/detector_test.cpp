#include "jobflip/core/detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(Detector, SaysBlindUntilTheQueueWasRead) {
  Watch watch;
  EXPECT_EQ(watch.state.state, QueueState::blind);
  EXPECT_EQ(watch.fail(), QueueState::blind);
  EXPECT_NE(watch.reason.find("no such table"), std::string::npos);
}

TEST(Detector, WarmsUpForTwelveTicksOrTheWindowWhicheverIsLonger) {
  Watch by_ticks;
  Watch by_window;
  by_window.settings.stall_after = 300s;
  by_window.state = first_detector_state(by_window.settings, {}, by_window.now);

  EXPECT_EQ(by_ticks.ticks(11), QueueState::warmup);
  EXPECT_EQ(by_ticks.tick(), QueueState::idle);
  EXPECT_EQ(by_window.ticks(29), QueueState::warmup);
  EXPECT_EQ(by_window.tick(), QueueState::idle);
}

TEST(Detector, SaysStalledAfterTheWindow) {
  Watch watch;
  watch.warm_up();

  EXPECT_EQ(watch.ticks(5), QueueState::ok);
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_TRUE(watch.flip_may_help);
  EXPECT_EQ(watch.quiet, 60s);
  EXPECT_NE(watch.reason.find("for 1m00s (limit 1m00s, set by stall_after); 5 due"),
            std::string::npos)
      << watch.reason;
}

TEST(Detector, WantsSomeReadingsSinceTheLastMovement) {
  Watch watch;
  watch.settings.stall_after = 10s;
  watch.settings.enter_after = 4;
  watch.warm_up();
  EXPECT_EQ(watch.ticks(3), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

TEST(Detector, SaysStalledOfAWorkerThatHangsWhileItHoldsClaimedJobs) {
  Watch watch;
  watch.warm_up();
  watch.sample.running = 2;
  watch.sample.oldest_running = 1s;
  EXPECT_EQ(watch.tick(), QueueState::ok) << "two were taken";
  EXPECT_EQ(watch.ticks(5), QueueState::ok);
  EXPECT_EQ(watch.ticks(1), QueueState::stalled) << watch.reason;
}

TEST(Detector, SaysHeldOfJobsThatAreTakenAndNeverEndThoughNoneIsDue) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.tick();
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  ++watch.sample.running;  // a hung worker may go on taking jobs
  EXPECT_EQ(watch.ticks(10), QueueState::idle);
  EXPECT_EQ(watch.ticks(5), QueueState::held) << watch.reason;
  EXPECT_TRUE(watch.flip_may_help);
  EXPECT_NE(watch.reason.find("workers hold 2 jobs, and none has ended for"), std::string::npos)
      << watch.reason;
}

TEST(Detector, ASingleHeldJobIsAnAlarmAndNoFlip) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.tick();
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_EQ(watch.ticks(20), QueueState::held);
  EXPECT_FALSE(watch.flip_may_help);
}

TEST(Detector, ALeftoverOfAKilledWorkerIsNotHeldWhileOthersEnd) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.sample.running = 1;
  watch.sample.oldest_running = 20h;
  for (int i = 0; i < 30; ++i) {
    watch.age();
    ASSERT_EQ(watch.ticks_that_complete(1), QueueState::idle) << watch.reason;
  }
  EXPECT_NE(watch.reason.find("1 job may hang: the oldest has run for 20h"), std::string::npos)
      << watch.reason;
}

TEST(Detector, WaitsForThreeOfTheWorkersOwnPolls) {
  Watch watch;
  watch.settings.pickup_every = 40s;
  watch.warm_up();
  EXPECT_EQ(windows_of(watch.settings, {}).stall, 120s);
  EXPECT_EQ(watch.ticks(11), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

TEST(Detector, SaysBusyWhileAJobMayStillRun) {
  Watch watch;
  watch.settings.job_timeout = 300s;
  watch.warm_up();
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_EQ(watch.ticks(6), QueueState::busy);
  EXPECT_NE(watch.reason.find("may still end in time (limit 5m00s, set by job_timeout)"),
            std::string::npos)
      << watch.reason;
  EXPECT_EQ(watch.ticks(23), QueueState::busy);
  EXPECT_EQ(watch.ticks(1), QueueState::stalled);
}

TEST(Detector, AJobThatWasTakenLatelyMayRunThoughTheOldestIsALeftover) {
  Watch watch;
  watch.settings.job_timeout = 300s;
  watch.warm_up();
  watch.sample.running = 2;
  watch.sample.oldest_running = 20h;
  watch.tick();
  EXPECT_EQ(watch.ticks(29), QueueState::busy) << watch.reason;
  EXPECT_EQ(watch.ticks(1), QueueState::stalled);
}

TEST(Detector, GivesARunningJobHoursWhileRunTimesAreNotKnown) {
  Watch watch{unset()};
  watch.sample.runnable = 5;
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_EQ(watch.ticks(1400), QueueState::busy);
  EXPECT_NE(watch.reason.find("(limit 4h00m, default until more is learned)"), std::string::npos)
      << watch.reason;
  EXPECT_EQ(watch.ticks(60), QueueState::stalled);

  QueueSettings settings = unset();
  settings.stall_after = 60s;
  Watch patient{settings};
  patient.warm_up();
  patient.sample.running = 1;
  patient.sample.oldest_running = 0s;
  patient.tick();
  EXPECT_EQ(patient.ticks(6), QueueState::stalled) << "stall_after says how patient to be";
}

TEST(Detector, SaysLaggingWhileJobsCompleteAndTheOldestIsTooOld) {
  Watch watch;
  watch.settings.age_target = 100s;
  watch.warm_up();
  const auto with_age = [&](Millis age) {
    ++watch.sample.done;
    watch.sample.oldest_runnable = age;
    return watch.tick();
  };
  EXPECT_EQ(with_age(101s), QueueState::ok);
  EXPECT_EQ(with_age(101s), QueueState::ok);
  EXPECT_EQ(with_age(101s), QueueState::lagging);
  EXPECT_EQ(with_age(81s), QueueState::lagging) << "no flicker around the target";
  EXPECT_EQ(with_age(80s), QueueState::ok);
}

}  // namespace
}  // namespace jobflip::core
