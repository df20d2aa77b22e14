#include "jobflip/core/rhythm.hpp"

#include <gtest/gtest.h>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

TEST(LengthCounts, QuantilesAreAtMostAQuarterTooHigh) {
  LengthCounts counts;
  EXPECT_EQ(counts.quantile(0.5), 0s);
  EXPECT_EQ(counts.longest(), 0s);
  for (int i = 1; i <= 100; ++i) counts.add(std::chrono::seconds{i});
  EXPECT_GE(counts.quantile(0.5), 50s);
  EXPECT_LE(counts.quantile(0.5), 63s);
  EXPECT_GE(counts.longest(), 100s);
  EXPECT_LE(counts.longest(), 125s);
}

TEST(LengthCounts, WeighedByTimeOneLongWaitIsMostOfIt) {
  LengthCounts counts;
  for (int i = 0; i < 100; ++i) counts.add(1s);
  EXPECT_LE(counts.quantile_of_time(0.95), 1250ms);
  counts.add(30min);
  EXPECT_GE(counts.quantile_of_time(0.95), 30min);
  EXPECT_LE(counts.quantile(0.95), 1250ms) << "by number it is one of a hundred";
}

TEST(LengthCounts, FadeByHalfLives) {
  LengthCounts counts;
  counts.add(1s, 8);
  counts.add(1h);
  counts.fade(LengthCounts::kHalfLife);
  EXPECT_FLOAT_EQ(counts.total(), 4.5F);
  counts.fade(LengthCounts::kHalfLife + 1h);
  EXPECT_LE(counts.longest(), 1250ms) << "a single one is forgotten after two";
  EXPECT_NEAR(counts.total(), 2, 0.01);
}

TEST(LengthCounts, TakeNoWeightThatIsNone) {
  LengthCounts counts;
  counts.set_weight(3, -1);
  counts.set_weight(3, std::numeric_limits<double>::quiet_NaN());
  counts.set_weight(3, 1e300);
  counts.set_weight(1000, 1);
  EXPECT_EQ(counts, LengthCounts{});
  counts.set_weight(3, 2);
  counts.set_weight(3, 1);
  EXPECT_FLOAT_EQ(counts.total(), 1);
}

TEST(Rhythm, GivesLongLimitsWhileLittleIsKnown) {
  Rhythm rhythm;
  update_limits(rhythm);
  EXPECT_EQ(rhythm.limits.quiet, 2h);
  EXPECT_EQ(windows_of(unset(), rhythm).run, 4h);
  EXPECT_EQ(windows_of(email(), rhythm).run, 60s);
  EXPECT_EQ(rhythm.limits.age, 10min);
  EXPECT_FALSE(rhythm.limits.silence);
}

TEST(Rhythm, IsKnownAfterMovementOrAfterJobsThatWereServed) {
  Watch steady{unset()};
  steady.sample.runnable = 5;
  steady.ticks_that_complete(150);
  EXPECT_FALSE(steady.state.rhythm.is_known());
  steady.ticks_that_complete(2);
  EXPECT_TRUE(steady.state.rhythm.is_known());
  EXPECT_EQ(windows_of(steady.settings, steady.state.rhythm).stall, 3min);

  Watch rare{unset()};  // a job each ten minutes
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(rare.state.rhythm.is_known()) << i;
    rare.ticks(60);
    rare.ticks_that_complete(1);
  }
  EXPECT_TRUE(rare.state.rhythm.is_known());
}

TEST(Rhythm, AQuotaTeachesItsWait) {
  Watch watch{unset()};
  watch.sample.runnable = 300;
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      --watch.sample.runnable;
      ++watch.sample.done;
      watch.tick();
    }
  };
  send(20);
  watch.ticks(180);  // half an hour, as the provider wants it
  ASSERT_NE(watch.state.state, QueueState::stalled);
  send(20);
  EXPECT_TRUE(watch.state.rhythm.is_known());
  EXPECT_GE(windows_of(watch.settings, watch.state.rhythm).stall, 90min);
}

TEST(Rhythm, DoesNotLearnFromAStall) {
  Watch watch{unset()};
  watch.sample.runnable = 5;
  watch.learn();
  watch.ticks_that_complete(450);  // enough to know that its workers do not wait on purpose
  const auto before = windows_of(watch.settings, watch.state.rhythm).stall;
  ASSERT_EQ(watch.ticks(60), QueueState::stalled);
  watch.ticks_that_complete(30);
  ASSERT_EQ(watch.state.state, QueueState::ok);
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).stall, before);
}

TEST(Rhythm, OneWaitMayHaveBeenTheEndOfALongerOne) {
  Rhythm rhythm;
  const auto limit_after = [&](Millis gap) {
    learn_wait(rhythm, gap);
    return *rhythm.limits.wait;
  };
  EXPECT_FALSE(rhythm.limits.wait);
  EXPECT_EQ(limit_after(20min), 60min);
  EXPECT_EQ(limit_after(50min), 2h) << "3 times, but no longer than while nothing is known";
  EXPECT_EQ(limit_after(10min), 2h) << "the longest counts";
  EXPECT_EQ(limit_after(5h), 6h);
}

TEST(Rhythm, AWaitThatIsNotSeenAgainForTwoWeeksIsForgotten) {
  Rhythm rhythm;
  learn_wait(rhythm, 50min);
  pass_time(rhythm, std::chrono::days{13});
  learn_wait(rhythm, 45min);
  pass_time(rhythm, std::chrono::days{13});
  EXPECT_EQ(rhythm.wait, 50min);
  pass_time(rhythm, std::chrono::days{1});
  EXPECT_FALSE(rhythm.limits.wait);
}

TEST(Rhythm, StallsThatEndByThemselvesAreAWaitIfTwoAreAlike) {
  const auto wait_after = [](Millis first, Millis second, Millis between) {
    Rhythm rhythm;
    learn_stall_that_ended(rhythm, first);
    pass_time(rhythm, between);
    learn_stall_that_ended(rhythm, second);
    return rhythm.wait;
  };
  EXPECT_EQ(wait_after(40min, 50min, 1h), 50min);
  EXPECT_EQ(wait_after(50min, 40min, 47h), 50min);
  EXPECT_EQ(wait_after(40min, 51min, 1h), 0ms) << "somebody may have repaired the workers";
  EXPECT_EQ(wait_after(40min, 40min, 48h), 0ms);
}

TEST(Rhythm, HalfOfTheFlipsThatDidNotHelpAreForgottenInTwoWeeks) {
  Rhythm rhythm;
  rhythm.vain_waits = 3;
  rhythm.vain_hangs = 1;
  pass_time(rhythm, std::chrono::days{13});
  EXPECT_EQ(rhythm.vain_waits, 3);
  pass_time(rhythm, std::chrono::days{1});
  EXPECT_EQ(rhythm.vain_waits, 1);
  EXPECT_EQ(rhythm.vain_hangs, 0);
}

TEST(Rhythm, ExplicitSettingsWin) {
  Watch watch;
  watch.sample.runnable = 5;
  watch.learn();
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).stall, 60s);
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).run, 60s);
}

TEST(Rhythm, SurvivesAFlip) {
  Watch watch{unset()};
  watch.sample.runnable = 5;
  watch.learn();
  const Rhythm learned = watch.state.rhythm;
  watch.state = first_detector_state(watch.settings, watch.state.rhythm, watch.now);
  EXPECT_EQ(watch.state.rhythm, learned);
  EXPECT_EQ(watch.tick(), QueueState::warmup);
}

TEST(Rhythm, SaysSilentOfACronThatSleeps) {
  Watch watch{unset()};
  for (int i = 0; i < 60; ++i) {
    watch.ticks(5);
    watch.ticks_that_complete(1);
  }
  EXPECT_EQ(watch.ticks(80), QueueState::idle);
  EXPECT_EQ(watch.ticks(15), QueueState::silent);
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_NE(watch.reason.find("no work for 15m"), std::string::npos) << watch.reason;
  watch.sample.expected_next = 600s;
  EXPECT_EQ(watch.tick(), QueueState::idle) << "a schedule says when";
  watch.sample.expected_next.reset();
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.ticks(80), QueueState::idle);
}

TEST(Rhythm, KnowsTheNightsAfterAWeek) {
  Rhythm rhythm;
  const auto at = [](int hours) { return WallTime{std::chrono::hours{hours}}; };
  EXPECT_EQ(hour_of_week(at(0)), 72U) << "1970 began on a Thursday";
  EXPECT_EQ(hour_of_week(at(96)), 0U);
  rhythm.watched = std::chrono::days{9};
  EXPECT_FALSE(silence_limit(rhythm, at(5)));
  learn_work(rhythm, 8h, at(6));  // a night without work, that ended at 6
  EXPECT_EQ(*silence_limit(rhythm, at(5)), Millis{3 * 481 * 60'000});
  EXPECT_FALSE(silence_limit(rhythm, at(12)));
  learn_work(rhythm, 0s, at(12));
  EXPECT_EQ(*silence_limit(rhythm, at(12)), 15min) << "at noon there is always work";
}

TEST(Rhythm, OfRunTimesKnowsNothingOfARowThatADeadWorkerLeft) {
  const auto longest_after = [](Millis ran, bool amid_short_ones) {
    Watch watch{unset()};
    if (amid_short_ones) watch.learn();
    watch.sample.running = 1;
    watch.sample.oldest_running = ran - 10 * kTick;
    for (int i = 0; i < 10; ++i) {
      watch.age();
      watch.sample.done += amid_short_ones ? 1 : 0;
      watch.tick();
    }
    watch.sample.running = 0;
    watch.sample.oldest_running.reset();
    ++watch.sample.done;
    watch.tick();
    return watch.state.rhythm.run_times.longest();
  };
  EXPECT_GE(longest_after(20h, true), 20h) << "a long job";
  EXPECT_GE(longest_after(72h, false), 72h) << "all jobs may be long ones";
  EXPECT_LT(longest_after(90 * 24h, true), 10min);
  EXPECT_LT(longest_after(25h, true), 10min);
}

}  // namespace
}  // namespace jobflip::core
