// A supervisor with a pool that restarts first: one restart, and a flip as soon as it is known that
// it did not cure.

#include <gtest/gtest.h>

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const NodeName kJob1 = NodeName::of("job1");
const NodeName kJob2 = NodeName::of("job2");

/// The store accepts a restart, and carries it out as the test says.
struct RestartingWorld : SupervisedWorld {
  RestartingWorld() {
    pool().settings.first = FirstMove::restart;
    on_request = [this](const FlipRequest& request) -> Result<FlipAnswer> {
      const FlipId id{16 + static_cast<std::int64_t>(requests.size())};
      FlipView flip = flip_in(FlipState::requested);
      flip.id = id;
      flip.to = request.to;
      entered_at = now;
      pool().open_flip = flip;
      return FlipAnswer{true, id, "", ""};
    };
    elect();
    run_well();
  }

  bool ask(std::size_t nth, Millis within = 30s) {
    return run_until([&] { return requests.size() == nth; }, within);
  }
  void becomes(FlipState next) {
    pool().open_flip->state = next;
    pool().open_flip->started_at = WallTime{1000s};
    entered_at = now;
    pool().owner.state = next == FlipState::released ? OwnerState::released : OwnerState::held;
    if (next == FlipState::taken) pool().owner.epoch = Epoch{pool().owner.epoch.value + 1};
    run(1s);
  }
  /// The node has stopped its workers and started them again.
  void restart() {
    for (const FlipState next :
         {FlipState::draining, FlipState::released, FlipState::taken, FlipState::started})
      becomes(next);
  }
  void ends(FlipState end) {
    const FlipId flip = pool().open_flip->id;
    pool().open_flip.reset();
    pool().restart = {flip, end, 15min, end == FlipState::ineffective || end == FlipState::failed};
  }
  bool judged(FlipEvent event) {
    return run_until([&] { return !outcomes.empty() && outcomes.back().event == event; }, 30s);
  }
};

TEST(SupervisorRestarts, TheWorkersOnTheirNodeBeforeItFlips) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  const FlipRequest& request = world.requests[0];
  EXPECT_EQ(request.from, kJob1);
  EXPECT_EQ(request.to, kJob1);
  EXPECT_TRUE(request.stalled) << "the host captures the workers";
  EXPECT_EQ(request.reason.find("restart first: queue email is STALLED"), 0U) << request.reason;
  EXPECT_NE(request.evidence.find("\"restart\":true"), std::string::npos);
  EXPECT_TRUE(world.holds.empty());
}

TEST(SupervisorRestarts, AndFlipsAtOnceIfThatIsNoCure) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  world.restart();
  EXPECT_EQ(world.verdict(), QueueState::stalled) << "the stall goes on under the new lease";
  ASSERT_TRUE(world.judged(FlipEvent::not_cured));
  EXPECT_NE(world.outcomes.back().sentence.find("completed no job"), std::string::npos);
  EXPECT_EQ(world.requests.size(), 1U);
  world.ends(FlipState::ineffective);

  ASSERT_TRUE(world.ask(2, 1500ms)) << "neither another stall_after nor another hold_down";
  EXPECT_EQ(world.requests[1].to, kJob2);
  EXPECT_EQ(world.requests[1].expected_epoch, Epoch{43});
  EXPECT_NE(world.requests[1].evidence.find("flip 17 was one"), std::string::npos);
  world.restart();
  EXPECT_EQ(world.verdict(), QueueState::warmup) << "another node has the pool now";
}

TEST(SupervisorRestarts, AndFlipsAtOnceIfTheRestartFailed) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  world.becomes(FlipState::draining);
  world.ends(FlipState::failed);  // the workers did not stop in time
  ASSERT_TRUE(world.ask(2, 1500ms));
  EXPECT_EQ(world.requests[1].to, kJob2);
}

TEST(SupervisorRestarts, AndWantsNothingMoreAfterACure) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  world.restart();
  ++world.sample.done;
  world.sample.oldest_runnable = 500ms;
  ASSERT_TRUE(world.judged(FlipEvent::completed));
  world.ends(FlipState::verified);
  world.run_well(60s);
  EXPECT_EQ(world.requests.size(), 1U);

  ASSERT_TRUE(world.ask(2)) << "the workers hang again";
  EXPECT_EQ(world.requests[1].to, kJob2) << "one restart in a cooldown";
}

TEST(SupervisorRestarts, AndNeedsANewVerdictIfNothingShowedWhetherThatIsACure) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  world.restart();
  world.ends(FlipState::unverified);
  world.run(3s);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  EXPECT_FALSE(world.ask(2, 5s)) << "stall_after and hold_down count again";
  EXPECT_TRUE(world.ask(2));
}

TEST(SupervisorRestarts, AndNeedsANewVerdictIfAnotherNodeTookThePool) {
  RestartingWorld world;
  ASSERT_TRUE(world.ask(1));
  world.becomes(FlipState::draining);
  world.ends(FlipState::failed);  // superseded
  world.pool().restart->uncured = false;
  world.pool().owner = {Epoch{50}, OwnerState::held, kJob2, 300ms, WallTime{}};
  world.run(1s);
  EXPECT_EQ(world.verdict(), QueueState::warmup);
}

TEST(SupervisorRestarts, AndWaitsForAnotherStallIfTheNewWorkersTookAJobJustNow) {
  RestartingWorld world;
  world.sample.marker = 1;
  ASSERT_TRUE(world.ask(1));
  world.restart();
  world.run(16s);
  world.sample.marker = 2;
  ASSERT_TRUE(world.judged(FlipEvent::not_cured));
  world.ends(FlipState::ineffective);
  EXPECT_FALSE(world.ask(2, 1500ms)) << "the job may take its time";
  ASSERT_TRUE(world.ask(2)) << "it hangs, too";
  EXPECT_EQ(world.requests[1].to, kJob2);
}

TEST(SupervisorRestarts, OnlyOnPaperInModeObserve) {
  RestartingWorld world;
  world.pool().settings.mode = PoolMode::observe;
  world.run(60s);
  EXPECT_TRUE(world.requests.empty());
  ASSERT_EQ(world.holds.size(), 1U);
  EXPECT_EQ(world.holds[0].rule, "observe");
  EXPECT_EQ(world.holds[0].reason.find("mode observe: it would have restarted the workers on job1"),
            0U)
      << world.holds[0].reason;
}

TEST(SupervisorRestarts, WhenNoNodeCouldTakeOverAndHoldsTheFlipThatFollows) {
  RestartingWorld world;
  for (auto& candidate : world.pool().candidates)
    if (candidate.node != kJob1) candidate.ready = false;
  ASSERT_TRUE(world.ask(1));
  world.restart();
  ASSERT_TRUE(world.judged(FlipEvent::not_cured));
  world.ends(FlipState::ineffective);
  world.run(60s);
  EXPECT_EQ(world.requests.size(), 1U) << "once for each stall";
  ASSERT_EQ(world.holds.size(), 1U);
  EXPECT_EQ(world.holds[0].rule, "target");
}

TEST(SupervisorRestarts, WithoutItIfASupervisorBeforeItMadeOne) {
  RestartingWorld world;
  world.pool().restart = {FlipId{5}, FlipState::ineffective, 10min, true};
  ASSERT_TRUE(world.ask(1));
  EXPECT_EQ(world.requests[0].to, kJob2);
}

}  // namespace
}  // namespace jobflip::core
