// Whether there was work, and for long enough, to say that a flip cured nothing.

#include <gtest/gtest.h>

#include "unit/core/flipped_world.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// An idle pool that was flipped by hand: what came just before the end could not complete by then.
TEST(SupervisorJudges, NobodyLookedIfWorkCameTooLateToComplete) {
  FlippedWorld world;
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.flip_becomes(FlipState::started);
  world.run(13s);
  world.sample.runnable = 3;
  world.sample.oldest_runnable = 100ms;
  world.run(8s);
  EXPECT_FALSE(world.judged());
  world.pool().open_flip->overdue = true;
  world.run(2s);
  ASSERT_EQ(world.judged(), FlipEvent::nobody_looked);
  EXPECT_NE(world.outcomes[0].sentence.find("too short to prove anything; 3 due"),
            std::string::npos)
      << world.outcomes[0].sentence;
}

/// One job completed, and the next came just before the end: it only gets older by then, too.
TEST(SupervisorJudges, NobodyLookedIfTheBacklogCameTooLateToMove) {
  FlippedWorld world;
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.sample.running = 1;
  world.flip_becomes(FlipState::started);
  world.run(2s);
  world.sample.running = 0;
  world.run(11s);
  ++world.sample.done;
  world.sample.runnable = 3;
  world.sample.oldest_runnable = 100ms;
  for (int i = 0; i < 16; ++i) {  // older at each sample
    *world.sample.oldest_runnable += 500ms;
    world.run(500ms);
  }
  EXPECT_FALSE(world.judged());
  world.pool().open_flip->overdue = true;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::nobody_looked);
}

TEST(SupervisorJudges, ThatNothingWasCuredIfWorkOnlyRuns) {
  FlippedWorld world;
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.start();
  world.run(1s);
  world.sample.running = 2;
  world.sample.oldest_running = 1s;
  world.run(24s);
  EXPECT_EQ(world.judged(), FlipEvent::not_cured);
}

TEST(SupervisorJudges, NobodyLookedIfOnlyClaimsOfTheOldWorkersAreLeft) {
  FlippedWorld world;
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.sample.running = 2;
  world.sample.oldest_running = 30s;
  world.start();
  world.pool().open_flip->overdue = true;
  world.run(25s);
  EXPECT_EQ(world.judged(), FlipEvent::nobody_looked);
}

/// Timestamps of the application are an hour ahead of the database.
TEST(SupervisorJudges, NoCureByATimeThatWasInTheFutureBefore) {
  FlippedWorld world;
  world.sample.last_done_at = WallTime{1000s} + 1h;
  world.start();
  world.run(21s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
}

TEST(SupervisorJudges, ACureByATimeInTheFutureThatIsLaterThanBefore) {
  FlippedWorld world;
  world.sample.last_done_at = WallTime{1000s} + 1h;
  world.start();
  *world.sample.last_done_at += 1s;
  world.sample.oldest_runnable = 100ms;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

TEST(SupervisorJudges, NobodyLookedIfTheQueueWasBlindForMostOfTheTime) {
  FlippedWorld world;
  world.start();
  world.run(2s);
  world.blind = Error{ErrorCode::probe_failed, "permission denied", ""};
  world.run(15s);
  world.blind.reset();
  world.run(5s);
  EXPECT_FALSE(world.judged());
  world.pool().open_flip->overdue = true;
  world.run(2s);
  ASSERT_EQ(world.judged(), FlipEvent::nobody_looked);
  EXPECT_NE(world.outcomes[0].sentence.find("as far as it could be read (15 readings failed)"),
            std::string::npos)
      << world.outcomes[0].sentence;
}

TEST(SupervisorJudges, ThatNothingWasCuredAlthoughSomeReadingsFailed) {
  FlippedWorld world;
  world.start();
  for (int i = 0; i < 7; ++i) {
    world.run(2s);
    world.blind = Error{ErrorCode::probe_failed, "timeout", ""};
    world.run(1s);
    world.blind.reset();
  }
  EXPECT_EQ(world.judged(), FlipEvent::not_cured);
}

/// The new workers took the jobs that the old ones held, and hold them, too.
TEST(SupervisorJudges, ThatNothingWasCuredIfTheSameJobsHangInTheNewWorkers) {
  FlippedWorld world;
  world.sample.runnable = 0;
  world.sample.oldest_runnable.reset();
  world.sample.running = 3;
  world.sample.oldest_running = 5min;
  world.start();
  world.sample.oldest_running = 0s;
  for (int i = 0; i < 22 && !world.judged(); ++i) {
    world.run(1s);
    *world.sample.oldest_running += 1s;
  }
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  const std::string& says = world.outcomes[0].sentence;
  EXPECT_NE(says.find("0 due, 3 running (oldest "), std::string::npos) << says;
  EXPECT_EQ(says.find("before this lease"), std::string::npos) << says;
}

TEST(SupervisorJudges, SaysThatAJobIsFromBeforeTheLeaseOnlyIfItsAgeShowsIt) {
  FlippedWorld world;
  world.sample.running = 3;
  world.sample.oldest_running = 5min;
  world.start();
  world.run(21s);
  ASSERT_EQ(world.judged(), FlipEvent::not_cured);
  EXPECT_NE(world.outcomes[0].sentence.find("3 running (oldest 5m00s, from before this lease)"),
            std::string::npos)
      << world.outcomes[0].sentence;
}

}  // namespace
}  // namespace jobflip::core
