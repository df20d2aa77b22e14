// When a stall is a reason to flip, and when it is only said.

#include "detector_harness.hpp"
#include "jobflip/core/pool_judgement.hpp"

namespace jobflip::core {
namespace {

/// One job a tick for 27 minutes, and `more` of them each time.
Watch learned(std::int64_t more = 0) {
  Watch watch{unset()};
  watch.sample.runnable = 2;
  watch.sample.oldest_runnable = 1s;
  for (int i = 0; i < 160; ++i) {
    watch.sample.done += more;
    watch.ticks_that_complete(1);
  }
  EXPECT_TRUE(watch.state.rhythm.is_known());
  return watch;
}

TEST(DetectorFlip, IsNotWantedWhileAStalledQueueRecovers) {
  Watch watch;
  watch.warm_up();
  ASSERT_EQ(watch.ticks(6), QueueState::stalled);
  ASSERT_TRUE(watch.flip_may_help);

  EXPECT_EQ(watch.ticks_that_complete(1), QueueState::stalled) << "one is not enough";
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_EQ(watch.ticks(5), QueueState::stalled);
  EXPECT_FALSE(watch.flip_may_help);
  EXPECT_EQ(watch.ticks(1), QueueState::stalled) << "and it was the only one";
  EXPECT_TRUE(watch.flip_may_help);
}

TEST(DetectorFlip, WaitsThreeReadingsAfterAClaim) {
  Watch watch;
  watch.warm_up();
  watch.sample.marker = 7;
  ASSERT_EQ(watch.ticks(7), QueueState::stalled);
  ASSERT_TRUE(watch.flip_may_help);

  ++*watch.sample.marker;
  EXPECT_EQ(watch.tick(), QueueState::stalled);
  EXPECT_FALSE(watch.flip_may_help);
  watch.ticks(2);
  EXPECT_FALSE(watch.flip_may_help);
  watch.ticks(1);
  EXPECT_TRUE(watch.flip_may_help);
}

TEST(DetectorFlip, IsNotWantedEarlyIfNothingRunsBecauseAQuotaLooksLikeThat) {
  Watch watch = learned();
  ASSERT_EQ(watch.ticks(30), QueueState::stalled) << watch.reason;
  EXPECT_FALSE(watch.flip_may_help) << "160 jobs in 27 minutes";

  Watch fast = learned(9);
  ASSERT_EQ(fast.ticks(30), QueueState::stalled) << fast.reason;
  EXPECT_TRUE(fast.flip_may_help) << "1,600 jobs";

  Watch held = learned();
  held.sample.running = 1;
  held.sample.oldest_running = 4h;
  held.tick();
  ASSERT_EQ(held.ticks(60), QueueState::stalled) << held.reason;
  EXPECT_TRUE(held.flip_may_help) << "a job runs";
}

TEST(DetectorFlip, IsWantedEarlyIfTheStallIsSet) {
  Watch watch = learned();
  watch.settings.stall_after = 60s;
  ASSERT_EQ(watch.ticks(7), QueueState::stalled) << watch.reason;
  EXPECT_TRUE(watch.flip_may_help);
}

TEST(DetectorFlip, IsWantedOnceTheQueueWasWatchedForTwoHours) {
  Watch watch = learned();
  for (int i = 0; i < 300; ++i) {
    watch.ticks_that_complete(1);
    watch.ticks(2);
  }

  ASSERT_EQ(watch.ticks(30), QueueState::stalled) << watch.reason;
  EXPECT_TRUE(watch.flip_may_help) << "460 jobs, but in more than 2 hours";
}

TEST(DetectorFlip, AnEarlyStallThatEndsByItselfIsLearned) {
  Watch watch = learned();
  ASSERT_EQ(watch.ticks(180), QueueState::stalled) << watch.reason;
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).stall, 180s);
  watch.ticks_that_complete(1);
  EXPECT_GT(windows_of(watch.settings, watch.state.rhythm).stall, 30min);
}

TEST(DetectorFlip, AStallThatIsAReasonToFlipIsNotLearned) {
  Watch watch = learned(9);
  ASSERT_EQ(watch.ticks(180), QueueState::stalled) << watch.reason;
  watch.ticks_that_complete(1);
  EXPECT_EQ(windows_of(watch.settings, watch.state.rhythm).stall, 180s);
}

TEST(PoolConditions, ABacklogIsRememberedForAMinute) {
  Watch watch;
  watch.warm_up();
  const auto has_backlog = [&] {
    return condition_of(watch.settings, watch.state, watch.flip_may_help, false, watch.now)
        .has_backlog;
  };
  ASSERT_TRUE(has_backlog());
  watch.sample.runnable = 0;
  watch.tick();
  EXPECT_TRUE(has_backlog()) << "the others may have no time yet to notice";
  watch.ticks(6);
  EXPECT_FALSE(has_backlog());
}

TEST(PoolConditions, OnlyRecentCompletionsSpeakForWorkersThatHaveNothingToDo) {
  Watch watch;
  watch.warm_up();
  watch.settings.stall_after = 1h;
  watch.settings.job_timeout = 30min;
  const auto completes = [&] {
    return condition_of(watch.settings, watch.state, watch.flip_may_help, false, watch.now)
        .completes;
  };
  watch.ticks_that_complete(1);
  ASSERT_TRUE(completes());
  watch.ticks(20);
  EXPECT_FALSE(completes()) << "none for 200 s, and none runs";
  watch.sample.running = 1;
  watch.sample.oldest_running = 0s;
  watch.tick();
  EXPECT_TRUE(completes()) << "a job of up to 30 minutes runs";
}

TEST(PoolConditions, CompletionsAreRecentForNoLongerThanAShortStallThatIsSet) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.ticks_that_complete(1);
  const auto completes = [&] {
    return condition_of(watch.settings, watch.state, false, false, watch.now).completes;
  };
  watch.ticks(5);
  EXPECT_TRUE(completes());
  watch.ticks(1);
  EXPECT_FALSE(completes()) << "none for stall_after, 60 s";
}

}  // namespace
}  // namespace jobflip::core
