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
  by_window.state = first_detector_state(by_window.settings, by_window.now);

  EXPECT_EQ(by_ticks.ticks(11), QueueState::warmup);
  EXPECT_EQ(by_ticks.tick(), QueueState::idle);
  EXPECT_EQ(by_window.ticks(29), QueueState::warmup);
  EXPECT_EQ(by_window.tick(), QueueState::idle);
}

TEST(Detector, SaysStalledAfterTheWindowAndSomeTicksInARow) {
  Watch watch;
  watch.warm_up();

  // The 6th silent tick completes 60 s of quiet; STALLED is reported at the third such tick.
  EXPECT_EQ(watch.ticks(7), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_EQ(watch.quiet, 80s);
  EXPECT_NE(watch.reason.find("1m20s"), std::string::npos) << watch.reason;
  EXPECT_NE(watch.reason.find("1m00s is a stall"), std::string::npos) << watch.reason;
}

TEST(Detector, SaysStalledOfAWorkerThatHangsWhileItHoldsClaimedJobs) {
  Watch watch;
  watch.warm_up();
  watch.sample.running = 2;
  watch.sample.oldest_running = 1h;
  EXPECT_EQ(watch.ticks(8), QueueState::stalled);
}

TEST(Detector, SaysIdleOfAHungWorkerWithNothingElseDueWhichIsAKnownLimit) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.sample.running = 2;
  watch.sample.oldest_running = 1h;
  EXPECT_EQ(watch.ticks(100), QueueState::idle);
}

TEST(Detector, WaitsForThreeOfTheWorkersOwnPolls) {
  Watch watch;
  watch.settings.pickup_every = 40s;
  watch.warm_up();
  EXPECT_EQ(stall_window(watch.settings), 120s);
  EXPECT_EQ(watch.ticks(13), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

struct Kind {
  const char* name;
  DoneKind kind;
  void (*change)(QueueSample&);
  bool is_activity;
};

TEST(Detector, KnowsActivityFromMereArrivals) {
  const std::vector<Kind> kinds{
      {"a completion", DoneKind::queue, [](QueueSample& s) { ++s.done; }, true},
      {"a completion in a window", DoneKind::window, [](QueueSample& s) { ++s.done; }, true},
      {"a window that slid", DoneKind::window, [](QueueSample& s) { s.done -= 1; }, false},
      {"a window that slid over a completion", DoneKind::window,
       [](QueueSample& s) {
         s.done -= 1;
         s.last_done_at = s.last_done_at.value_or(WallTime{1s}) + 1s;
       },
       true},
      {"a failure", DoneKind::queue, [](QueueSample& s) { ++s.failed; }, true},
      {"failures cleared away", DoneKind::queue, [](QueueSample& s) { --s.failed; }, false},
      {"a claim", DoneKind::queue, [](QueueSample& s) { s.marker = s.marker.value_or(7) + 1; },
       true},
      {"an arrival", DoneKind::queue, [](QueueSample& s) { ++s.runnable; }, false},
      {"an arrival at the front", DoneKind::queue,
       [](QueueSample& s) {
         ++s.runnable;
         s.head = "job-" + std::to_string(s.runnable);
       },
       false},
      {"another head with as many due", DoneKind::queue,
       [](QueueSample& s) { s.head = *s.head + "x"; }, false},
      {"the head taken", DoneKind::queue,
       [](QueueSample& s) {
         --s.runnable;
         s.head = "job-" + std::to_string(s.runnable);
       },
       true},
      {"the oldest only gets older", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(0s) + 10s; }, false},
  };
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.name);
    Watch watch{email(kind.kind)};
    watch.sample.runnable = 1000;
    watch.sample.done = 1000;
    watch.sample.failed = 1000;
    watch.sample.head = "first";
    watch.sample.marker = 1;
    watch.ticks(4);
    bool was_stalled = false;
    for (int i = 0; i < 60; ++i) {
      kind.change(watch.sample);
      was_stalled = watch.tick() == QueueState::stalled || was_stalled;
    }
    EXPECT_EQ(was_stalled, !kind.is_activity) << watch.reason;
  }
}

TEST(Detector, TakesAJobYoungerThanItsTimeoutForLegitimateWork) {
  Watch watch;
  watch.settings.job_timeout = 300s;
  watch.warm_up();
  watch.sample.running = 1;
  watch.sample.oldest_running = 10s;
  for (int i = 0; i < 29; ++i) {
    ASSERT_EQ(watch.tick(), QueueState::ok) << watch.reason;
    *watch.sample.oldest_running += kTick;
  }
  EXPECT_NE(watch.reason.find("but busy"), std::string::npos) << watch.reason;
  EXPECT_EQ(watch.ticks(2), QueueState::ok);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

TEST(Detector, DoesNotTakeARunningJobForProgressWithoutATimeout) {
  Watch watch;
  watch.warm_up();
  watch.sample.running = 1;
  watch.sample.oldest_running = 1s;
  EXPECT_EQ(watch.ticks(8), QueueState::stalled);
}

TEST(Detector, LeavesStalledBySuccessInTwoOfThreeTicks) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);

  ++watch.sample.done;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  ++watch.sample.done;
  EXPECT_EQ(watch.tick(), QueueState::ok);
}

TEST(Detector, DoesNotLeaveStalledForClaimsOrFailures) {
  Watch watch;
  watch.warm_up();
  watch.sample.marker = 1;
  ASSERT_EQ(watch.ticks(8), QueueState::stalled);
  for (int i = 0; i < 20; ++i) {
    ++*watch.sample.marker;
    ++watch.sample.failed;
    ASSERT_EQ(watch.tick(), QueueState::stalled);
  }
  EXPECT_NE(watch.reason.find("no recovery yet"), std::string::npos) << watch.reason;
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
  EXPECT_EQ(watch.ticks(7), QueueState::ok);
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

TEST(Detector, WarmsUpAgainWhenACounterFell) {
  for (const DoneKind kind : {DoneKind::queue, DoneKind::table}) {
    Watch watch{email(kind)};
    watch.warm_up();
    ASSERT_EQ(watch.ticks(8), QueueState::stalled);
    watch.sample.done = 0;
    EXPECT_EQ(watch.tick(), QueueState::warmup);
    EXPECT_EQ(watch.ticks(11), QueueState::warmup);
    EXPECT_EQ(watch.tick(), QueueState::ok);
    EXPECT_EQ(watch.ticks(2), QueueState::stalled) << "the clock ran from the start of the watch";
  }
}

TEST(Detector, AddsTimeWithoutSamplesToEveryClock) {
  Watch watch;
  watch.warm_up();
  watch.ticks(5);
  ASSERT_EQ(watch.quiet, 50s);
  watch.gap = 40s;
  EXPECT_EQ(watch.tick(), QueueState::ok);
  EXPECT_EQ(watch.quiet, 60s) << "30 s of it had no samples";
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

TEST(Detector, DoesNotCountBlindTimeAgainstTheWorkers) {
  Watch shortly;
  shortly.warm_up();
  shortly.ticks(3);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(shortly.fail(), QueueState::blind);
  shortly.tick();
  EXPECT_EQ(shortly.quiet, 40s);

  Watch longer;  // such as a restart of the database
  longer.warm_up();
  for (int i = 0; i < 30; ++i) ASSERT_EQ(longer.fail(), QueueState::blind);
  EXPECT_EQ(longer.tick(), QueueState::warmup);
}

TEST(Detector, KeepsTheTimeAtWhichAStateBegan) {
  Watch watch;
  watch.warm_up();
  watch.ticks(8);
  const Instant stalled_at = watch.now;
  watch.ticks(5);
  EXPECT_EQ(watch.state.state_since, stalled_at);
}

}  // namespace
}  // namespace jobflip::core
