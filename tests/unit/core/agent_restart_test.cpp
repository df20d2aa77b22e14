// A new process on the same boot: what it continues, and what it leaves for the store to decide.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentRestart, AFlipInterruptedByARestartAfterEachStepStillEndsInARelease) {
  for (int step = 0; step < 4; ++step) {
    SCOPED_TRACE("restarted after step " + std::to_string(step));
    AgentHarness agent;
    agent.become_holder();
    const WorkerStatus running = agent.lease().workers;
    WorkerStatus seen = running;
    agent.flip(FlipState::requested, kSelf, kOther);
    if (step >= 1) agent.beat();  // the drain began
    if (step >= 1) seen.phase = WorkerPhase::stopping;
    if (step >= 2) agent.answer(FlipStepOutcome::done);  // and was reported
    if (step >= 2) agent.report.flip->state = FlipState::draining;
    if (step >= 3) agent.workers(seen.phase = WorkerPhase::empty);  // nothing is left
    agent.restart();
    agent.feed(WorkersSeen{kMail, seen});
    bool released = false;
    for (int i = 0; i < 40 && !released; ++i) {
      if (agent.take_action<StopWorkers>() && seen.phase == WorkerPhase::running) {
        seen.phase = WorkerPhase::stopping;
        agent.feed(WorkersSeen{kMail, seen});
      } else if (seen.phase == WorkerPhase::stopping && i > 5) {
        seen.phase = WorkerPhase::empty;
        agent.feed(WorkersSeen{kMail, seen});
      }
      if (agent.call<FlipStepRequest>()) {
        agent.report.flip->state = FlipState::draining;
        agent.answer(FlipStepOutcome::done);
      } else if (agent.call<ReleaseRequest>()) {
        EXPECT_EQ(seen.phase, WorkerPhase::empty) << "released with workers left";
        released = true;
      } else if (agent.call<TakeRequest>()) {
        // The workers are found empty: the lease may not be ours any more, so the agent takes it
        // again, and the flip continues from there.
        ADD_FAILURE() << "a flip to another node reserves the pool";
        break;
      } else {
        agent.beat_or_wait();
      }
    }
    EXPECT_TRUE(released || step == 3);
  }
}

TEST(AgentRestart, ContinuesUnderItsLeaseAfterARestart) {
  AgentHarness agent;
  agent.become_holder();
  const WorkerStatus running = agent.lease().workers;
  agent.restart();
  agent.feed(WorkersSeen{kMail, running});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_EQ(agent.call<BeatRequest>()->renewals, (std::vector<LeaseRenewal>{{kMail, Epoch{100}}}));
  agent.answer(agent.reply());
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
}

TEST(AgentRestart, DoesNotGoOnUnderALeaseThatRanOutBeforeTheRestart) {
  AgentHarness agent;
  agent.become_holder();
  const WorkerStatus running = agent.lease().workers;
  agent.now = agent.lease().deadline + 1ms;
  agent.restart();
  agent.feed(WorkersSeen{kMail, running});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  EXPECT_TRUE(agent.call<BeatRequest>()->renewals.empty());
}

TEST(AgentRestart, DoesNotStartWorkersUnderALeaseThatItFindsEmptyUntilTheStoreSpoke) {
  AgentHarness agent;
  agent.become_holder();
  WorkerStatus empty = agent.lease().workers;
  empty.phase = WorkerPhase::empty;  // the previous process may already have released
  agent.restart();
  agent.feed(WorkersSeen{kMail, empty});
  EXPECT_FALSE(agent.take_action<StartWorkers>());
  EXPECT_TRUE(agent.call<BeatRequest>()->renewals.empty());
}

}  // namespace
}  // namespace jobflip::core
