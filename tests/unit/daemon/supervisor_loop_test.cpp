// The supervisor's loop and its switch.
#include "jobflip/daemon/supervisor_loop.hpp"

#include "unit/daemon/supervisor_loop_fixture.hpp"

namespace jobflip::daemon {
namespace {

using core::WorkerPhase;

TEST_F(SupervisorLoopTest, RequestsAFlipOfAStalledPool) {
  start();
  ASSERT_TRUE(until([&] { return store.requests > 0; }));
  ASSERT_TRUE(until([&] { return loop->state().wanted.empty(); }));
  EXPECT_EQ(store.asked.by.supervisor_epoch, Epoch{7});
  EXPECT_EQ(store.asked.to, NodeName::of("job2"));
  EXPECT_GT(store.published, 0);
  EXPECT_NE(logged.str().find("reason=\"requesting a flip of pool mail"), std::string::npos);
}

TEST_F(SupervisorLoopTest, ReportsTheHeadsOfAuditChainsThatItHasRead) {
  std::vector<core::ChainHead> heads_seen;
  loop->on_heads([&](const std::vector<core::ChainHead>& heads) { heads_seen = heads; });
  start();
  ASSERT_TRUE(until([&] { return !heads_seen.empty(); }));
  EXPECT_EQ(heads_seen, loop->state().seen_heads);
}

TEST_F(SupervisorLoopTest, GivesTheHeadsThatMovedToWhoeverKeepsThem) {
  start();
  ASSERT_TRUE(until([&] { return !anchors.kept.empty(); }));
  EXPECT_EQ(anchors.kept, loop->state().seen_heads);
}

TEST_F(SupervisorLoopTest, DoesNothingUntilItIsStarted) {
  ASSERT_TRUE(workers->prepare({}));
  EXPECT_EQ(workers->status().phase, WorkerPhase::armed);
  const Instant end = BootClock::now() + 50ms;
  EXPECT_TRUE(until([&] { return BootClock::now() > end; }));
  EXPECT_EQ(store.snapshots, 0);
}

TEST_F(SupervisorLoopTest, CancelsACallThatTakesTooLongAndContinues) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.cuts > 0; }));
  store.reading.open();
  EXPECT_TRUE(until([&] { return loop->state().snapshot.has_value(); }));
  EXPECT_NE(logged.str().find("the store failed: cut \\x1b"), std::string::npos) << logged.str();
}

TEST_F(SupervisorLoopTest, IsEmptyOnlyAfterTheCallThatChangesSomethingIsOver) {
  start();
  ASSERT_TRUE(until([&] { return store.published > 0; }));
  store.changing.shut();
  ASSERT_TRUE(until([&] { return store.changing.waiting.load(); }));
  (void)workers->status();
  ASSERT_FALSE(has_event());

  workers->stop(3s);
  EXPECT_EQ(workers->status().phase, WorkerPhase::stopping);
  EXPECT_FALSE(workers->prepare({})) << "it may still change something";

  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  EXPECT_GT(store.changing.cuts, 0) << "it must not wait for the call to end";
  EXPECT_TRUE(workers->prepare({}));
}

TEST_F(SupervisorLoopTest, IsEmptyAtOnceWhileItOnlyReads) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.waiting.load(); }));
  (void)workers->status();
  workers->stop(3s);
  EXPECT_TRUE(has_event());
  EXPECT_EQ(workers->status().phase, WorkerPhase::empty);
  EXPECT_FALSE(has_event());
}

TEST_F(SupervisorLoopTest, EndsByItselfAtItsDeadline) {
  start(150ms);
  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  const int calls = store.snapshots + store.published + store.requests;
  const Instant end = BootClock::now() + 100ms;
  EXPECT_TRUE(until([&] { return BootClock::now() > end; }));
  EXPECT_EQ(store.snapshots + store.published + store.requests, calls);
}

TEST_F(SupervisorLoopTest, KeepsOnWhileItsDeadlineMoves) {
  start(300ms);
  const Instant end = BootClock::now() + 1s;
  ASSERT_TRUE(until([&] {
    workers->extend(BootClock::now() + 300ms);
    return BootClock::now() > end;
  }));
  EXPECT_EQ(workers->status().phase, WorkerPhase::running);
  workers->extend(BootClock::now() + 1ms);
  EXPECT_GT(workers->status().deadline, BootClock::now() + 100ms) << "never back";
}

TEST_F(SupervisorLoopTest, LeadsAgainAfterItsEndUnderANewEpoch) {
  start(100ms);
  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  ASSERT_TRUE(workers->prepare({}));
  ASSERT_TRUE(workers->start(Epoch{8}, BootClock::now() + 60s));
  EXPECT_EQ(workers->status().epoch, Epoch{8});
  EXPECT_TRUE(until([&] { return loop->state().snapshot.has_value(); }));
}

TEST_F(SupervisorLoopTest, StartsNeitherUnarmedNorUnderALeaseThatRanOut) {
  EXPECT_FALSE(workers->start(Epoch{7}, BootClock::now() + 1s));
  ASSERT_TRUE(workers->prepare({}));
  EXPECT_FALSE(workers->start(Epoch{7}, BootClock::now() - 1ms));
  EXPECT_EQ(workers->status().phase, WorkerPhase::armed);
  EXPECT_FALSE(loop->leads());
}

TEST_F(SupervisorLoopTest, EndsInTheMiddleOfACallAndASample) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.waiting.load(); }));
  const Instant before = BootClock::now();
  workers.reset();
  loop.reset();
  EXPECT_LT(BootClock::now() - before, 5s);
}

}  // namespace
}  // namespace jobflip::daemon
