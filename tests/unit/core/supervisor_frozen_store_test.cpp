// A flip whose store was frozen: a deadline that passed while no node could act does not count.
#include "unit/core/flipped_world.hpp"

namespace jobflip::core {
namespace {

/// The store was frozen: every deadline passed while no node could act.
TEST(SupervisorFrozenStore, NoStepByADeadlineThatPassedWhileTheStoreGaveNoAnswer) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  world.flip_becomes(FlipState::taken);
  world.run(3s);
  world.silent_store = true;
  world.run(24s);
  world.silent_store = false;
  world.pool().open_flip->overdue = true;
  world.run(10s);
  EXPECT_TRUE(world.outcomes.empty()) << "the new node backs off, and then gets two beats";
  world.run(4s);
  ASSERT_FALSE(world.outcomes.empty()) << "it recorded no outcome";
  EXPECT_EQ(world.outcomes[0].event, FlipEvent::overdue);
}

TEST(SupervisorFrozenStore, NoCureByATimeInWhichTheStoreGaveNoAnswer) {
  FlippedWorld world;
  world.start();
  world.run(2s);
  world.silent_store = true;
  world.run(24s);
  world.silent_store = false;
  world.run(4s);
  EXPECT_FALSE(world.judged()) << "verify_timeout is 20 s, and most of them were the outage";
  world.run(20s);
  EXPECT_EQ(world.judged(), FlipEvent::not_cured);
}

TEST(SupervisorFrozenStore, AgainIfTheNewNodeTakesTheLeaseAgain) {
  FlippedWorld world;
  world.start();
  world.flip_becomes(FlipState::taken);
  ++world.sample.done;
  world.sample.oldest_runnable = 500ms;
  world.run(2s);
  EXPECT_FALSE(world.watch().judging);
  EXPECT_FALSE(world.judged()) << "its workers are not running";
  world.flip_becomes(FlipState::started);
  world.run(1500ms);
  ++world.sample.done;
  world.sample.oldest_runnable = 400ms;
  world.run(2s);
  EXPECT_EQ(world.judged(), FlipEvent::completed);
}

}  // namespace
}  // namespace jobflip::core
