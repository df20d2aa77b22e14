// A flip whose store was frozen: a deadline that passed while no node could act does not count.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// The store was frozen: the deadline passed while no node could act.
TEST(AgentFrozenStore, AFlipIsNotOverdueByATimeInWhichTheStoreGaveNoAnswer) {
  AgentHarness agent;
  agent.released(41);
  agent.flip(FlipState::released, kOther, kThird);
  for (int i = 0; i < 4; ++i) agent.beat();
  agent.tick();
  agent.now += 24s;
  if (agent.call<BeatRequest>()) agent.fail<BeatReply>();
  agent.report.flip->overdue = true;
  const Instant back = agent.now;
  for (int i = 0; i < 20 && !agent.call<FlipStepRequest>() && !agent.call<TakeRequest>(); ++i)
    agent.beat();
  EXPECT_GE(agent.now - back, 11s) << "the longest back-off, two beats and a call";
  EXPECT_LE(agent.now - back, 16s);
}

/// The store was unreachable when the flip was requested: the lease is useless, so no node should
/// have to watch it.
TEST(AgentFrozenStore, AHolderWithoutWorkersLetsGoForTheFlipThatWaitsForIt) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.lease().deadline;
  agent.tick();
  agent.workers(WorkerPhase::empty);
  ASSERT_EQ(agent.lease().phase, LeasePhase::watching);
  agent.flip(FlipState::requested, kSelf, kOther);
  if (agent.call<BeatRequest>()) agent.fail<BeatReply>();
  for (int i = 0; i < 20 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, Epoch{100});
}

}  // namespace
}  // namespace jobflip::core
