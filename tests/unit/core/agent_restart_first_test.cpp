// A restart that a supervisor asked for: the holder stops its workers, releases the lease, and
// takes it again.

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentRestartFirst, TheHolderDrainsReleasesAndTakesThePoolAgain) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, NodeName{});
  agent.report.flip->automatic = true;
  agent.beat();
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop.has_value());
  EXPECT_EQ(stop->grace, agent.report.flip->drain_timeout);
  EXPECT_EQ(agent.call<ReleaseRequest>(), nullptr) << "the workers still run";
  agent.workers(WorkerPhase::empty);
  while (!agent.call<ReleaseRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, Epoch{100});

  const Instant released_at = agent.now;
  agent.answer(ReleaseOutcome::released);
  agent.released(100);
  agent.report.holder = kSelf;
  agent.flip(FlipState::released, kSelf, kSelf);
  agent.workers(WorkerPhase::armed);
  for (int i = 0; i < 20 && !agent.call<TakeRequest>(); ++i) agent.beat_or_wait();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  EXPECT_LT(agent.now - released_at, 200ms) << "it waits for no beat";
  EXPECT_EQ(agent.call<TakeRequest>()->reason, "flip 17");
}

TEST(AgentRestartFirst, AnAbortLetsTheHolderGoOnUnderTheSameLease) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, NodeName{});
  agent.beat();
  ASSERT_TRUE(agent.take_action<StopWorkers>().has_value());
  agent.report.flip.reset();
  agent.beat();
  agent.workers(WorkerPhase::empty);
  const auto start = agent.take_action<StartWorkers>();
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(start->epoch, Epoch{100});
}

class AgentWatchRestart : public ::testing::TestWithParam<FlipState> {};

TEST_P(AgentWatchRestart, AHolderThatDiesInARestartIsTakenOverFromLikeAnyHolder) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(GetParam(), kOther, NodeName{});
  agent.beat();
  const Instant seen = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - seen, 60s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - seen, agent.settings.timings.takeover_after);
}

INSTANTIATE_TEST_SUITE_P(BeforeItsRelease, AgentWatchRestart,
                         ::testing::Values(FlipState::requested, FlipState::draining));

TEST(AgentRestartFirst, ThePoolThatWasReleasedForOneIsReservedForItsNode) {
  AgentHarness agent;
  agent.report.holder = kOther;
  agent.released(41);
  agent.flip(FlipState::released, kOther, kOther);
  agent.beat();
  for (const Instant seen = agent.now; agent.now - seen < 60s; agent.beat_or_wait())
    ASSERT_EQ(agent.call<TakeRequest>(), nullptr);
}

}  // namespace
}  // namespace jobflip::core
