// Which verdict it is where several conditions are near.

#include "detector_harness.hpp"

namespace jobflip::core {
namespace {

/// A queue whose jobs complete, with 2 due jobs that no scheduler has promoted.
Watch unpromoted() {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 2;
  watch.sample.unpromoted = 2;
  watch.ticks_that_complete(10);
  return watch;
}

TEST(DetectorConditions, UnpromotedIsAQueueOfWhichNoDueJobIsToBeSeen) {
  Watch watch = unpromoted();
  EXPECT_EQ(watch.state.state, QueueState::unpromoted) << watch.reason;
  watch.sample.runnable = 3;
  EXPECT_EQ(watch.ticks_that_complete(3), QueueState::ok) << "one of them was promoted";
}

TEST(DetectorConditions, OnceNothingCompletesAnUnpromotedQueueIsStalled) {
  Watch watch = unpromoted();
  EXPECT_EQ(watch.ticks(5), QueueState::unpromoted);
  EXPECT_EQ(watch.ticks(1), QueueState::stalled) << watch.reason;
}

TEST(DetectorConditions, AQueueWhoseSchedulerPromotesIsNotUnpromoted) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 2;
  for (int i = 0; i < 20; ++i) {
    watch.sample.unpromoted = 10 + i % 2;  // one more comes, one is promoted
    watch.ticks_that_complete(1);
    ASSERT_EQ(watch.state.state, QueueState::ok) << watch.reason;
  }
}

TEST(DetectorConditions, HeldNeedsThatNothingEndedSinceTheOldestWasTaken) {
  Watch watch;
  watch.warm_up();
  watch.sample.runnable = 0;
  watch.tick();
  watch.sample.running = 2;
  watch.sample.oldest_running = 0s;
  watch.tick();
  watch.ticks(3);
  watch.age();
  watch.ticks_that_complete(1);  // one of them ended, and another was taken
  EXPECT_EQ(watch.ticks(20), QueueState::idle) << "a leftover beside a worker: " << watch.reason;
}

TEST(DetectorConditions, AQueueWithDueJobsIsNotBlocked) {
  Watch watch{unset()};
  watch.sample.runnable = 2;
  watch.sample.oldest_runnable = 1s;
  watch.learn();
  learn_wait(watch.state.rhythm, 30min);
  watch.sample.blocked = 3;
  EXPECT_EQ(watch.ticks(30), QueueState::ok) << watch.reason;
  watch.sample.runnable = 0;
  watch.sample.oldest_runnable.reset();
  watch.tick();
  EXPECT_EQ(watch.ticks(25), QueueState::blocked) << watch.reason;
}

TEST(DetectorConditions, AQueueThatWaitsForNextAttemptsIsNotSilent) {
  for (const int deferred : {0, 1}) {
    Watch watch{unset()};
    for (int i = 0; i < 60; ++i) {
      watch.ticks(5);
      watch.ticks_that_complete(1);
    }
    watch.sample.deferred = deferred;
    EXPECT_EQ(watch.ticks(200), deferred > 0 ? QueueState::idle : QueueState::silent)
        << watch.reason;
  }
}

/// Completes `jobs` with each of 160 readings, `due` jobs being due, and stands.
bool is_flipped_early(std::int64_t jobs, std::int64_t due) {
  Watch watch{unset()};
  watch.sample.runnable = due;
  watch.sample.oldest_runnable = 1s;
  for (int i = 0; i < 160; ++i) {
    watch.sample.done += jobs - 1;
    watch.ticks_that_complete(1);
  }
  EXPECT_EQ(watch.ticks(30), QueueState::stalled) << watch.reason;
  return watch.flip_may_help;
}

TEST(DetectorConditions, WorkersThatKeptUpWaitOnPurposeOnlyWhileLittleIsKnown) {
  EXPECT_TRUE(is_flipped_early(2, 1)) << "320 jobs, and no backlog";
  EXPECT_FALSE(is_flipped_early(1, 1)) << "160 jobs";
  EXPECT_FALSE(is_flipped_early(2, 2)) << "a quota may be met";
}

TEST(DetectorConditions, TheTimeOfTheStallItselfShowsNothingOfItsKind) {
  Watch watch{unset()};
  watch.sample.runnable = 2;
  watch.sample.oldest_runnable = 1s;
  watch.learn();
  ASSERT_EQ(watch.ticks(600), QueueState::stalled) << watch.reason;
  EXPECT_GT(watch.state.rhythm.watched, 2h);
  EXPECT_FALSE(watch.flip_may_help) << "it was watched for 27 minutes before";
}

}  // namespace
}  // namespace jobflip::core
