// Attempts that fail, by the columns that show them, and readings that are missing.

#include <limits>

#include "detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(DetectorAttempts, OfOneQueueAreToldFromTheTablesCountByTheTimeOfTheLastCompletion) {
  const auto watched = [](bool with_time) {
    Watch watch{email(DoneKind::table)};
    for (int i = 0; i < 14; ++i) {
      watch.sample.runnable = 5 - i % 2;
      watch.ticks_that_complete(1);
    }
    if (with_time) watch.sample.last_done_at = watch.wall();
    for (int i = 0; i < 40; ++i) {
      ++watch.sample.failed;
      watch.ticks_that_complete(1);  // another queue's
    }
    return watch.state.state;
  };
  EXPECT_EQ(watched(true), QueueState::failing);
  EXPECT_EQ(watched(false), QueueState::ok) << "it can't be told";
}

TEST(DetectorAttempts, ThatANonsenseCounterCountsAreNotMoreThanACountHolds) {
  Watch watch;
  watch.warm_up();
  watch.sample.oldest_runnable = 5s;
  for (int i = 0; i < 60; ++i) {
    watch.sample.failed = i % 2 == 0 ? std::numeric_limits<std::int64_t>::max() : 0;
    watch.tick();
    ASSERT_GE(watch.state.failures.count, i / 2) << i;
  }
  EXPECT_EQ(watch.state.state, QueueState::failing) << watch.reason;
}

TEST(DetectorAttempts, FailThoughAWindowStillCountsWhatWasBefore) {
  const auto watched = [](bool with_time) {
    Watch watch{email(DoneKind::window)};
    watch.warm_up();
    if (with_time) watch.sample.last_done_at = watch.wall();
    for (int i = 0; i < 34; ++i) {
      ++watch.sample.failed;
      watch.tick();
    }
    return watch.state.state;
  };
  EXPECT_EQ(watched(true), QueueState::failing);
  EXPECT_EQ(watched(false), QueueState::ok) << "not before the window has forgotten them";
}

TEST(DetectorAttempts, ThatWereTakenAndDoNotRunAnyMoreHaveEnded) {
  const auto watched = [](std::int64_t runs) {
    Watch watch;
    watch.sample.running = runs;
    watch.sample.marker = 0;
    watch.warm_up();
    for (int i = 0; i < 40; ++i) {
      ++*watch.sample.marker;
      watch.tick();
    }
    return watch.state.state;
  };
  EXPECT_EQ(watched(1), QueueState::failing);
  EXPECT_EQ(watched(0), QueueState::ok) << "a system that never shows what runs";
}

TEST(DetectorAttempts, ARunningJobExplainsLessIfAShortStallIsSet) {
  const auto quiet_for = [](std::optional<Millis> stall_after) {
    Watch watch{unset()};
    watch.settings.stall_after = stall_after;
    watch.learn();
    watch.sample.runnable = 5;
    watch.sample.oldest_runnable = 0s;
    watch.sample.running = 2;
    watch.sample.oldest_running = 0s;
    watch.tick();
    Millis quiet{};
    while (watch.state.state != QueueState::stalled && quiet < 1h) {
      watch.ticks(1);
      quiet += kTick;
    }
    return quiet;
  };
  EXPECT_EQ(quiet_for(std::nullopt), 180s);
  EXPECT_EQ(quiet_for(60s), 60s);
}

TEST(DetectorAttempts, OneFailedReadingDoesNotStopTheClockThoughReadingsTakeTime) {
  const auto quiet_after = [](Millis gap) {
    Watch watch;
    watch.warm_up();
    watch.settings.stall_after = 1h;
    watch.ticks(1);
    watch.gap = gap;
    watch.tick();
    return watch.quiet;
  };
  EXPECT_EQ(quiet_after(2 * kTick + 200ms), 30s + 200ms);
  EXPECT_EQ(quiet_after(3 * kTick), 20s) << "two failed: what happened is not known";
}

TEST(DetectorAttempts, AReadingThatComesALittleEarlyIsNotWaitedForAgain) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(5), QueueState::ok);
  watch.gap = kTick - 500ms;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
}

TEST(DetectorAttempts, OfJobsThatAreAlwaysShorterThanAReadingHaveRunTimes) {
  Watch watch{unset()};
  watch.sample.runnable = 50;
  watch.sample.oldest_runnable = 1s;
  watch.sample.running = 10;
  watch.sample.oldest_running = 1s;  // others each time
  watch.ticks_that_complete(30);
  EXPECT_GE(watch.state.rhythm.run_times.total(), 10);
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).run, 180s);
}

}  // namespace
}  // namespace jobflip::core
