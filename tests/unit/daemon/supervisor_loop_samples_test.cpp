// What the supervisor's loop does about queue sources that hang.
#include "unit/daemon/supervisor_loop_fixture.hpp"

namespace jobflip::daemon {
namespace {

TEST_F(SupervisorLoopTest, CancelsASampleThatTakesTooLongAndStillTalksToTheStore) {
  Gate& gate = probe.app->gate;
  gate.shut();
  start();
  ASSERT_TRUE(until([&] { return gate.waiting.load(); }));
  const int before = store.snapshots;
  EXPECT_TRUE(until([&] { return gate.cuts > 2 && store.snapshots > before; }));
}

TEST_F(SupervisorLoopTest, ADatabaseThatHangsDelaysNoQueueOfAnother) {
  add_queue_elsewhere();
  probe.other->gate.shut();
  start();
  ASSERT_TRUE(until([&] { return probe.other->gate.waiting.load(); }));
  // by the loop's own deadline this one reading may hang for 100 ms: that is 10 of the others
  const int before = probe.app->samples;
  const int cuts = probe.other->gate.cuts;
  ASSERT_TRUE(until([&] { return probe.app->samples >= before + 30; }));
  EXPECT_LE(probe.other->gate.cuts - cuts, 10) << "the others waited for it each time";
  EXPECT_EQ(loop->readers(), 2u);
  // and a flip of the pool that stands goes its way
  EXPECT_TRUE(until([&] { return store.requests > 0; }));
}

TEST_F(SupervisorLoopTest, ThereIsAReaderOnlyWhileAQueueIsReadThere) {
  EXPECT_EQ(loop->readers(), 0u);
  start();
  ASSERT_TRUE(until([&] { return probe.app->samples > 2; }));
  EXPECT_EQ(loop->readers(), 1u);
  workers->stop(0ms);
  EXPECT_TRUE(until([&] { return loop->readers() == 0; }));
}

}  // namespace
}  // namespace jobflip::daemon
