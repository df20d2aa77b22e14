// Who answers a hint at once, and who leaves the store to those that a flip waits for.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentHints, AHintAsksTheStoreInFullAndAPlainBeatDoesNot) {
  AgentHarness agent;
  agent.become_holder();
  agent.now += 10ms;
  agent.feed(Poked{});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr) << "a holder has no time to lose";
  EXPECT_TRUE(agent.call<BeatRequest>()->in_full);
  agent.answer(agent.reply());
  agent.now = agent.state.next_beat;
  agent.tick();
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_FALSE(agent.call<BeatRequest>()->in_full);
}

TEST(AgentHints, WhoHasJustReleasedLeavesTheStoreToWhoTakesAndArmsWhenTheStoreHasSpoken) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::empty);
  agent.now += 1ms;
  agent.feed(Poked{});  // of its own release
  agent.answer(ReleaseOutcome::released);
  EXPECT_FALSE(agent.take_action<PrepareWorkers>());
  agent.now += 1ms;
  agent.tick();
  EXPECT_EQ(agent.call<BeatRequest>(), nullptr);
  EXPECT_LE(agent.wake_at, agent.now + 20ms);
  agent.now = agent.wake_at;
  agent.tick();
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  agent.answer(agent.reply());
  EXPECT_TRUE(agent.take_action<PrepareWorkers>());
}

TEST(AgentHints, WhoOnlyLooksOnLetsTheHolderAnswerAHintFirst) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.now += 50ms;
  agent.feed(Poked{});
  EXPECT_EQ(agent.call<BeatRequest>(), nullptr);
  EXPECT_EQ(agent.wake_at, agent.now + 1ms);
  agent.now = agent.wake_at;
  agent.tick();
  EXPECT_NE(agent.call<BeatRequest>(), nullptr);
}

}  // namespace
}  // namespace jobflip::core
