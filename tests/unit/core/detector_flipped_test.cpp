// What a flip teaches: waits on purpose, and that flips of a kind do not help.

#include "detector_harness.hpp"
#include "jobflip/core/pool_judgement.hpp"

namespace jobflip::core {
namespace {

/// 1,600 jobs in 27 minutes: with nothing running, a stall of 3 minutes is a reason to flip.
Watch learned(QueueSettings settings = unset()) {
  Watch watch{std::move(settings)};
  watch.sample.runnable = 2;
  watch.sample.oldest_runnable = 1s;
  for (int i = 0; i < 160; ++i) {
    watch.sample.done += 9;
    watch.ticks_that_complete(1);
  }
  EXPECT_TRUE(watch.state.rhythm.is_known());
  return watch;
}

/// Stalls for `before`, is flipped, and is stalled for `after` more with the new workers.
void flip(Watch& watch, Millis before, Millis after, FlipEffect effect) {
  watch.ticks(static_cast<int>(before / kTick));
  ASSERT_EQ(watch.state.state, QueueState::stalled) << watch.reason;
  replace_workers(watch);
  const int judged = std::min(12, static_cast<int>(after / kTick));
  watch.ticks(judged);
  learn_from_flip(watch.state, effect);
  watch.state = restarted(watch.settings, watch.state, watch.now);  // the flip ended
  watch.ticks(static_cast<int>(after / kTick) - judged);
}

QueueState wait_on_purpose(Watch& watch, Millis length) {
  const QueueState said = watch.ticks(static_cast<int>(length / kTick));
  watch.ticks_that_complete(3);
  return said;
}

TEST(FlippedStall, AFlipThatDidNotEndItTeachesTheWholeWait) {
  Watch watch = learned();
  flip(watch, 5min, 45min, FlipEffect::none);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms) << "it has not ended";
  watch.ticks_that_complete(1);
  EXPECT_NEAR(static_cast<double>(watch.state.rhythm.wait.count()), 50 * 60e3, 15e3);
  watch.ticks_that_complete(30);
  EXPECT_EQ(wait_on_purpose(watch, 55min), QueueState::lagging) << watch.reason;
  EXPECT_EQ(watch.state.rhythm.vain_waits, 0) << "what was in doubt is known now";
}

TEST(FlippedStall, UntilItEndsTheNextFlipNeedsTwoHours) {
  Watch watch = learned();
  flip(watch, 5min, 6min, FlipEffect::none);
  ASSERT_EQ(watch.state.state, QueueState::stalled) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_NE(watch.reason.find("flips of such a stall did not help: the next one after 2h00m of it"),
            std::string::npos)
      << watch.reason;
  EXPECT_EQ(
      published_no_flip_yet("5 due; " + watch.reason + "; cause: x").rfind("no flip yet: ", 0), 0U);
  watch.ticks(6 * 114);
  EXPECT_FALSE(watch.flip_may_help) << watch.reason;
  watch.ticks(6 * 3);
  EXPECT_TRUE(watch.flip_may_help) << watch.reason;
}

TEST(FlippedStall, APersonWhoLookedLiftsWhatTheNextFlipNeeds) {
  Watch watch = learned();
  flip(watch, 5min, 6min, FlipEffect::none);
  ASSERT_FALSE(watch.flip_may_help);
  forget_vain_flips(watch.state.rhythm);
  watch.ticks(1);
  EXPECT_TRUE(watch.flip_may_help) << watch.reason;
}

TEST(FlippedStall, AFlipThatEndedItTeachesNothing) {
  Watch watch = learned();
  watch.state.rhythm.vain_waits = 2;
  watch.ticks(6 * 60);
  replace_workers(watch);
  watch.ticks(6 * 5);  // a slow start
  watch.ticks_that_complete(1);
  learn_from_flip(watch.state, FlipEffect::cured);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms);
  EXPECT_EQ(watch.state.rhythm.vain_waits, 0);
  EXPECT_FALSE(watch.state.flipped);
}

TEST(FlippedStall, OneThatEndsSoonAfterTheNewWorkersCameIsNoWait) {
  Watch watch = learned();
  flip(watch, 30min, 1min, FlipEffect::none);
  watch.tick();
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms);
  EXPECT_FALSE(watch.state.flipped);
  watch.ticks_that_complete(30);
  ASSERT_EQ(watch.ticks(30), QueueState::stalled) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help) << "but the flip did not help";
  watch.ticks(6);
  EXPECT_TRUE(watch.flip_may_help) << "twice the time";
}

TEST(FlippedStall, AFlipByHandTeachesTheWaitToo) {
  Watch watch = learned();
  flip(watch, 5min, 45min, FlipEffect::unknown);
  watch.ticks_that_complete(1);
  EXPECT_GE(watch.state.rhythm.wait, 49min);
  EXPECT_EQ(watch.state.rhythm.vain_waits, 0);
}

TEST(FlippedStall, AFlipThatNeverStoppedTheWorkersTeachesNothing) {
  Watch watch = learned();
  watch.ticks(30);
  begin_flip(watch.state, watch.now);
  learn_from_flip(watch.state, FlipEffect::unknown);
  EXPECT_FALSE(watch.state.flipped);
}

TEST(FlippedStall, IsFollowedOverTwoFlips) {
  Watch watch = learned();
  flip(watch, 5min, 10min, FlipEffect::none);
  flip(watch, 1min, 20min, FlipEffect::none);
  watch.ticks_that_complete(1);
  EXPECT_GE(watch.state.rhythm.wait, 35min);
  EXPECT_EQ(watch.state.rhythm.vain_waits, 2);
}

TEST(FlippedStall, APauseIsNotAWait) {
  Watch watch = learned();
  flip(watch, 5min, 10min, FlipEffect::none);
  watch.sample.paused = true;
  watch.ticks(60);
  watch.sample.paused = false;
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms);
}

TEST(FlippedStall, TimeThatNobodySawIsNoPartOfTheWait) {
  Watch watch = learned();
  flip(watch, 5min, 10min, FlipEffect::none);
  watch.gap = 2min;
  watch.ticks(1);
  watch.ticks_that_complete(1);
  EXPECT_NEAR(static_cast<double>(watch.state.rhythm.wait.count()), 15 * 60e3, 25e3);
}

TEST(FlippedStall, HungJobsAreNoWaitAndRaiseTheBarOfTheirKind) {
  QueueSettings settings = email();
  Watch watch = learned(settings);
  watch.sample.running = 1;
  watch.sample.oldest_running = 0ms;
  watch.tick();
  flip(watch, 2min, 30min, FlipEffect::none);
  ASSERT_EQ(watch.state.state, QueueState::stalled) << watch.reason;
  EXPECT_TRUE(watch.flip_may_help) << "twice the limit is long over";
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.state.rhythm.wait, 0ms);
  EXPECT_EQ(watch.state.rhythm.vain_hangs, 1);
  watch.ticks_that_complete(10);
  watch.sample.oldest_running = 0ms;
  watch.ticks_that_complete(1);
  watch.ticks(7);
  ASSERT_EQ(watch.state.state, QueueState::stalled) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help);
  watch.ticks(6);
  EXPECT_TRUE(watch.flip_may_help) << watch.reason;
}

TEST(FlippedStall, WhereAStallIsSetTheBarIsAtMostEightTimesThat) {
  Watch watch = learned(email());
  for (int i = 0; i < 5; ++i) {
    flip(watch, 20min, 5min, FlipEffect::none);
    watch.ticks_that_complete(20);
  }
  EXPECT_EQ(watch.state.rhythm.vain_waits, 5);
  ASSERT_EQ(watch.ticks(47), QueueState::stalled) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help);
  watch.ticks(1);
  EXPECT_TRUE(watch.flip_may_help) << watch.reason;
}

TEST(FlippedStall, WithoutAFlipTwoAlikeAreAWait) {
  Watch watch = learned();
  EXPECT_EQ(wait_on_purpose(watch, 20min), QueueState::stalled);
  watch.ticks_that_complete(30);
  EXPECT_EQ(wait_on_purpose(watch, 22min), QueueState::stalled) << "one may have been repaired";
  watch.ticks_that_complete(30);
  EXPECT_EQ(wait_on_purpose(watch, 20min), QueueState::lagging) << watch.reason;
  watch.ticks_that_complete(30);
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).stall, 3min);
  watch.sample.running = 1;
  watch.sample.oldest_running = 4h;
  watch.ticks_that_complete(1);
  EXPECT_EQ(watch.ticks(20), QueueState::stalled) << "a job runs: it is no such wait";
}

}  // namespace
}  // namespace jobflip::core
