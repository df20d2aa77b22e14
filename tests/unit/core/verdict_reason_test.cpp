// What a verdict's sentence says to somebody who was just woken up.

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

void expect_says(const Watch& watch, std::string_view words) {
  EXPECT_NE(watch.reason.find(words), std::string::npos) << watch.reason;
}

Watch stalled(Watch watch) {
  for (int i = 0; i < 800 && watch.state.state != QueueState::stalled; ++i) watch.ticks(1);
  EXPECT_EQ(watch.state.state, QueueState::stalled) << watch.reason;
  return watch;
}

Watch warm(QueueSettings settings = email()) {
  Watch watch{std::move(settings)};
  watch.warm_up();
  return watch;
}

Watch learned(std::int64_t backlog) {
  Watch watch{unset()};
  watch.sample.runnable = backlog;
  watch.learn();
  return watch;
}

TEST(VerdictReason, NamesTheLimitOfAStallAndWhereItComesFrom) {
  expect_says(stalled(warm()), "for 1m00s (limit 1m00s, set by stall_after)");
  auto polls = email();
  polls.pickup_every = 40s;
  expect_says(stalled(warm(polls)), "(limit 2m00s, 3 x pickup_every)");
  expect_says(stalled(learned(2)), "(limit 3m00s, learned)");
  Watch unknown{unset()};
  unknown.sample.runnable = 5;
  expect_says(stalled(unknown), "(limit 2h00m, default until more is learned)");
}

TEST(VerdictReason, DoesNotCallTheLimitOfAnUnknownBacklogLearned) {
  Watch watch = learned(0);
  watch.sample.runnable = 5'000;
  watch.sample.oldest_runnable = 0s;
  watch.tick();
  ++watch.sample.done;
  --watch.sample.runnable;
  watch.tick();
  expect_says(stalled(watch), "(limit 2h00m, default until more is learned)");
}

TEST(VerdictReason, SaysWhyAStallIsNotFlippedYet) {
  expect_says(stalled(learned(2)), "no flip yet: nothing runs, so its workers may be waiting");
  const Watch set = stalled(warm());
  EXPECT_EQ(set.reason.find("no flip"), std::string::npos) << set.reason;
}

TEST(VerdictReason, SaysSinceWhenAQueueThatWasReadBeforeCannotBeRead) {
  Watch never;
  never.fail();
  expect_says(never, "the queue has never been read: no such table");
  Watch flipped = warm();
  flipped.state = restarted(flipped.settings, flipped.state, flipped.now);
  flipped.fail();
  EXPECT_EQ(flipped.state.state, QueueState::blind);
  expect_says(flipped, "no reading has succeeded since the watch began again 10.0s ago: no such");
}

TEST(VerdictReason, SaysThatACompletionIsInTheFuture) {
  Watch watch = warm();
  watch.sample.last_done_at = watch.wall() + 10s + 60s;
  watch.tick();
  EXPECT_EQ(watch.reason.find("in the future"), std::string::npos) << watch.reason;
  watch.sample.last_done_at = watch.wall() + 10s + 1h;
  watch.tick();
  expect_says(watch, "last_done_at is 1h00m in the future: is a clock ahead");
}

TEST(VerdictReason, SaysThatASingleHeldJobIsNotFlipped) {
  for (const std::int64_t held : {1, 2}) {
    Watch watch = warm();
    watch.sample.runnable = 0;
    watch.tick();
    watch.sample.running = held;
    watch.sample.oldest_running = 0s;
    watch.tick();
    ASSERT_EQ(watch.ticks(20), QueueState::held) << watch.reason;
    EXPECT_EQ(watch.reason.find("no flip for a single job") != std::string::npos, held == 1)
        << watch.reason;
  }
}

TEST(VerdictReason, CountsNoAttemptsOnceAJobCompletedAgain) {
  Watch watch;
  watch.settings.age_target = 100s;
  watch.warm_up();
  watch.sample.oldest_runnable = 0s;
  for (int i = 0; i < 40; ++i) {
    ++watch.sample.failed;
    watch.ticks(1);
  }
  ASSERT_EQ(watch.state.state, QueueState::failing) << watch.reason;
  expect_says(watch, "no job completed in 40 attempts over 6m30s");

  watch.ticks_that_complete(1);
  ASSERT_EQ(watch.state.state, QueueState::failing) << "the backlog is old: LAGGING is near";
  expect_says(watch, "some attempts succeed again: the last one completed 0ms ago");
}

TEST(VerdictReason, CountsTheLastTenReadingsIfFewFailedInARow) {
  Watch watch = warm();
  for (int i = 0; i < 5; ++i) {
    watch.fail();
    watch.ticks_that_complete(i < 4 ? 1 : 0);
  }
  ASSERT_EQ(watch.fail(), QueueState::blind);
  expect_says(watch, "6 of the last 10 readings failed, the last one with: no such table");
}

TEST(VerdictReason, NamesTheLimitOfASilence) {
  Watch watch{unset()};
  for (int i = 0; i < 60; ++i) {
    watch.ticks(5);
    watch.ticks_that_complete(1);
  }
  ASSERT_EQ(watch.ticks(95), QueueState::silent);
  expect_says(watch, "far longer than usual (limit 15m00s, learned)");
}

}  // namespace
}  // namespace jobflip::core
