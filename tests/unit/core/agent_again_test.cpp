// State that an agent must not carry over from one lease, or from one reason to stop, to the next.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// Another node held the pool and lost it; this node takes it again.
void lose_and_take_again(AgentHarness& agent) {
  agent.become_holder();
  agent.held_by(kOther, 101, 1);
  agent.beat();
  ASSERT_EQ(agent.lease().stop_cause, StopCause::lost);
  agent.workers(WorkerPhase::empty);
  agent.released(101);
  for (int i = 0; i < 20 && !agent.call<TakeRequest>(); ++i) agent.beat_or_wait();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{102}, ""});
  agent.held_by(kSelf, 102, 1);
}

TEST(AgentAgain, ALeaseThatWasLostAndTakenAgainIsRenewed) {
  AgentHarness agent;
  lose_and_take_again(agent);
  agent.workers(WorkerPhase::running);
  ASSERT_EQ(agent.lease().phase, LeasePhase::holding);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<BeatRequest>()->renewals, (std::vector<LeaseRenewal>{{kMail, Epoch{102}}}));
}

/// The agent is asked to stop during the drain of a flip that is then ended.
void stop_in_a_drain(AgentHarness& agent) {
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  ASSERT_EQ(agent.lease().stop_cause, StopCause::flip);
  agent.workers(WorkerPhase::stopping);
  agent.feed(ShutdownAsked{});
  agent.report.flip.reset();
  for (int i = 0; i < 3; ++i) agent.beat();
  agent.actions.clear();
}

TEST(AgentAgain, AFlipThatIsEndedWhileTheAgentStopsStartsNothing) {
  AgentHarness agent;
  stop_in_a_drain(agent);
  agent.workers(WorkerPhase::empty);
  for (int i = 0; i < 50 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  EXPECT_FALSE(agent.take_action<StartWorkers>());
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr) << "others wait for the lease";
}

TEST(AgentAgain, WorkersThatAreFoundWhileTheAgentStopsAreEnded) {
  AgentHarness agent;
  agent.feed(ShutdownAsked{});
  agent.feed(WorkersSeen{kMail, {WorkerPhase::running, Epoch{100}, agent.now + 5s, ""}});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  EXPECT_EQ(agent.lease().phase, LeasePhase::stopping);
}

TEST(AgentAgain, WorkersThatEndedAreKeptNoLonger) {
  AgentHarness agent;
  agent.settings.when_store_lost = WhenStoreLost::keep;
  agent.settings.workers_fence_every_claim = true;
  agent.become_holder();
  while (!agent.lease().kept_since) {
    if (agent.call<BeatRequest>()) agent.fail<BeatReply>();
    agent.now = std::max(agent.now + 1ms, agent.wake_at);
    agent.tick();
  }
  agent.workers(WorkerPhase::empty, "exited with 1");
  EXPECT_FALSE(agent.lease().kept_since);
}

}  // namespace
}  // namespace jobflip::core
