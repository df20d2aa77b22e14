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
  EXPECT_NE(watch.reason.find("for 1m00s (a stall after 1m00s, as set); 5 due"), std::string::npos)
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
  EXPECT_NE(watch.reason.find("2 jobs taken and none ended"), std::string::npos) << watch.reason;
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
      {"a job more that runs", DoneKind::queue, [](QueueSample& s) { ++s.running; }, true},
      {"a job fewer that runs", DoneKind::queue, [](QueueSample& s) { --s.running; }, true},
      {"fewer due", DoneKind::queue, [](QueueSample& s) { --s.runnable; }, true},
      {"fewer blocked", DoneKind::queue, [](QueueSample& s) { --*s.blocked; }, true},
      {"more blocked", DoneKind::queue, [](QueueSample& s) { ++*s.blocked; }, false},
      {"an attempt that will be repeated", DoneKind::queue, [](QueueSample& s) { ++*s.deferred; },
       true},
      {"fewer wait for promotion", DoneKind::queue, [](QueueSample& s) { --s.unpromoted; }, true},
      {"more wait for promotion", DoneKind::queue, [](QueueSample& s) { ++s.unpromoted; }, false},
      {"completions of another queue of the table", DoneKind::table,
       [](QueueSample& s) { ++s.done; }, false},
      {"a completion of this queue of the table", DoneKind::table,
       [](QueueSample& s) {
         ++s.done;
         --s.runnable;
       },
       true},
      {"the oldest due job is a younger one", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(900s) - 1500ms; }, true},
      {"the oldest running job is a younger one", DoneKind::queue,
       [](QueueSample& s) {
         const bool old = s.oldest_running.value_or(0s) >= 20s;
         s.oldest_running = old ? 0s : s.oldest_running.value_or(0s) + 10s;
       },
       true},
      {"a time zone's shift", DoneKind::queue,
       [](QueueSample& s) { s.oldest_runnable = s.oldest_runnable.value_or(3600s) + 10s; }, false},
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
    watch.sample.running = 1000;
    watch.sample.unpromoted = 500;
    watch.sample.blocked = 500;
    watch.sample.deferred = 500;
    watch.sample.head = "first";
    watch.sample.marker = 1;
    watch.ticks(4);
    bool was_stalled = false;
    for (int i = 0; i < 60; ++i) {
      kind.change(watch.sample);
      watch.tick();
      was_stalled = watch.quiet >= 60s || was_stalled;
    }
    EXPECT_EQ(was_stalled, !kind.is_activity) << watch.reason;
  }
}

TEST(Detector, SaysBusyWhileAJobMayStillRun) {
  Watch watch;
  watch.settings.job_timeout = 300s;
  watch.warm_up();
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_EQ(watch.ticks(6), QueueState::busy);
  EXPECT_NE(watch.reason.find("but jobs may run for 5m00s (as set)"), std::string::npos)
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
  QueueSettings settings = email();
  settings.job_timeout.reset();
  Watch watch{settings};
  watch.sample.runnable = 5;
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_EQ(watch.ticks(1400), QueueState::busy);
  EXPECT_NE(watch.reason.find("4h00m (as long as little is known)"), std::string::npos)
      << watch.reason;
  EXPECT_EQ(watch.ticks(60), QueueState::stalled);
}

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
  EXPECT_NE(watch.reason.find("33 attempts ended without a completed job in 5m20s"),
            std::string::npos)
      << watch.reason;
  watch.sample.runnable = 0;
  EXPECT_EQ(watch.ticks(300), QueueState::failing) << "also while nothing is due";
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

TEST(Detector, ACounterThatIsResetStartsTheClockAnew) {
  Watch watch;
  watch.warm_up();
  watch.ticks(5);
  ASSERT_EQ(watch.quiet, 50s);
  watch.sample.done = 0;
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
