// A target that dies when it holds the pool: its flip does not keep any node from taking over.

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

class AgentWatchFlip : public ::testing::TestWithParam<FlipState> {};

TEST_P(AgentWatchFlip, ATargetThatDiesWithThePoolIsTakenOverFromLikeAnyHolder) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(GetParam(), kSelf, kOther);
  agent.beat();
  const Instant seen = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - seen, 60s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - seen, agent.settings.timings.takeover_after);
  EXPECT_FALSE(agent.call<TakeRequest>()->confirmed_empty);
}

INSTANTIATE_TEST_SUITE_P(OnceTheTargetHasIt, AgentWatchFlip,
                         ::testing::Values(FlipState::taken, FlipState::started));

TEST(AgentWatch, AFlipThatWaitsForItsTargetKeepsOthersFromASilentHolder) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(FlipState::draining, kOther, kOther);
  agent.beat();
  for (const Instant seen = agent.now; agent.now - seen < 60s; agent.beat_or_wait())
    ASSERT_EQ(agent.call<TakeRequest>(), nullptr);
}

}  // namespace
}  // namespace jobflip::core
