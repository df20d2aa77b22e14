// What is counted as normal, and the limits that follow from it.

#include <gtest/gtest.h>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

Rhythm with_runs(std::initializer_list<std::pair<Millis, float>> runs) {
  Rhythm rhythm;
  for (const auto& [length, weight] : runs) rhythm.run_times.add(length, weight);
  update_limits(rhythm);
  return rhythm;
}

TEST(RhythmLimits, OfARunIsTheLongerOfWhatAFewAndWhatTheLongestNeed) {
  const Rhythm steady = with_runs({{10min, 200.F}});
  EXPECT_EQ(*steady.limits.run, 3 * steady.run_times.longest());
  const Rhythm rare = with_runs({{1min, 200.F}, {30min, 1.F}});
  EXPECT_EQ(*rare.limits.run, rare.run_times.longest() * 3 / 2);
}

TEST(RhythmLimits, OfARunBesideASetStallIsHalfAsMuchMoreThanTheLongest) {
  const Rhythm rhythm = with_runs({{10min, 20.F}});
  QueueSettings settings = email();
  settings.job_timeout.reset();
  EXPECT_EQ(windows_of(settings, rhythm).run, rhythm.run_times.longest() * 3 / 2);
  settings.stall_after = 1h;
  EXPECT_EQ(windows_of(settings, rhythm).run, 1h);
}

TEST(RhythmLimits, OfARecoveryAndOfSuccessFollowTheGapsBetweenCompletions) {
  Rhythm rhythm;
  rhythm.success_gaps.add(4min, 20);
  update_limits(rhythm);
  const Millis limit = 3 * rhythm.success_gaps.longest();
  EXPECT_EQ(rhythm.limits.success, limit);
  EXPECT_EQ(windows_of(email(), rhythm).recovery, limit) << "two completions that far apart";
  EXPECT_EQ(windows_of(email(), Rhythm{}).recovery, 60s);
  QueueSettings slow = email();
  slow.pickup_every = 4min;
  EXPECT_EQ(windows_of(slow, Rhythm{}).success, 12min);
}

TEST(RhythmLimits, FadeOnceADayByThatDay) {
  Rhythm rhythm = with_runs({{1min, 8.F}});
  pass_time(rhythm, LengthCounts::kHalfLife);
  EXPECT_NEAR(rhythm.run_times.total(), 4, 0.01);
  pass_time(rhythm, 1h);
  EXPECT_NEAR(rhythm.run_times.total(), 4, 0.01);
}

TEST(RhythmLimits, VainFlipsAreHalvedOnceInTwoWeeks) {
  Rhythm rhythm;
  rhythm.vain_waits = rhythm.vain_hangs = 8;
  pass_time(rhythm, std::chrono::days{14});
  pass_time(rhythm, std::chrono::days{13});
  EXPECT_EQ(rhythm.vain_waits, 4);
  EXPECT_EQ(rhythm.vain_hangs, 4);
}

TEST(RhythmLimits, AStallInDoubtIsSettledByAWait) {
  Rhythm rhythm;
  learn_stall_that_ended(rhythm, 40min);
  learn_wait(rhythm, 10min);
  learn_stall_that_ended(rhythm, 41min);
  EXPECT_EQ(rhythm.wait, 10min) << "the stall of before makes up half of a pair no longer";
}

TEST(RhythmLimits, EachHourThatAnIdleTimeTouchedKnowsIt) {
  Rhythm rhythm;
  rhythm.watched = std::chrono::days{9};
  const auto at = [](Millis time) { return WallTime{std::chrono::days{1} + time}; };
  learn_work(rhythm, 8h + 30min, at(6h + 10min));  // from 21:40 on
  EXPECT_TRUE(silence_limit(rhythm, at(6h + 59min)));
  EXPECT_TRUE(silence_limit(rhythm, at(-2h - 15min))) << "at 21:45";
  EXPECT_FALSE(silence_limit(rhythm, at(-3h - 1min))) << "at 20:59";
}

TEST(RhythmLimits, ARunIsSeenToEndInTheMiddleBetweenTwoReadings) {
  Watch watch;
  watch.settings.sample_every = 40s;  // from 100 s to 140 s: 120 s are in another bucket
  watch.warm_up();
  watch.sample.running = 1;
  watch.sample.oldest_running = 100s;
  watch.tick();
  const auto longest = watch.state.rhythm.run_times.longest();
  ASSERT_LT(longest, 100s);
  watch.sample.running = 0;
  watch.sample.oldest_running.reset();
  watch.ticks_that_complete(1);
  EXPECT_GE(watch.state.rhythm.run_times.longest(), 120s);
}

TEST(RhythmLimits, JobsThatEndedTogetherRanTogether) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.state.rhythm.most_running, 0);
  watch.sample.running = 3;
  watch.sample.oldest_running = 0s;
  watch.tick();
  watch.sample.running = 0;
  watch.sample.oldest_running.reset();
  watch.sample.done += 3;
  watch.tick();
  EXPECT_EQ(watch.state.rhythm.most_running, 3);
}

TEST(RhythmLimits, ABacklogIsWhatIsDueBeforeAndAfter) {
  Watch watch{unset()};
  for (int i = 0; i < 20; ++i) {
    watch.sample.runnable = i % 2 == 0 ? 5 : 0;
    watch.ticks_that_complete(1);
  }
  EXPECT_EQ(watch.state.rhythm.backlogged, 0ms) << "each was worked off by the next reading";
  watch.sample.runnable = 5;
  watch.ticks_that_complete(3);
  EXPECT_GT(watch.state.rhythm.backlogged, 0ms);
}

TEST(RhythmLimits, TheAgeThatABacklogReachedInAStallIsNotUsual) {
  Watch watch;
  watch.warm_up();
  watch.sample.oldest_runnable = 1s;
  ASSERT_EQ(watch.ticks(60), QueueState::stalled);
  const auto before = watch.state.rhythm.due_ages.total();
  watch.sample.runnable = 0;
  watch.sample.oldest_runnable.reset();
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.due_ages.total(), before);
}

TEST(RhythmLimits, ABacklogThatVanishedWasNotWorkedOff) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.ticks_that_complete(1);
  ASSERT_EQ(watch.state.rhythm.most_drained, 5);
  watch.sample.runnable = 1000;
  watch.tick();
  watch.sample.runnable = 0;  // somebody deleted them
  watch.tick();
  watch.sample.runnable = 2;
  watch.tick();
  watch.sample.runnable = 0;
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.most_drained, 5);
  watch.sample.runnable = 50;
  watch.tick();
  watch.sample.runnable = 0;
  watch.sample.running = 3;
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.most_drained, 5) << "3 of them still run";
  watch.sample.running = 0;
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.most_drained, 50);
}

}  // namespace
}  // namespace jobflip::core
