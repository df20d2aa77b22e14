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

}  // namespace
}  // namespace jobflip::core
