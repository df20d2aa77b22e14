// A watch needs several polls, not only time: a late answer may already have been old when it
// arrived.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// Two polls, each within the gap that a watch allows, and takeover_after has passed since the
/// first.
TEST(AgentWatchPolls, TwoAreNotAWatchHoweverLongAgoTheFirstWas) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  const Instant first = agent.now;
  agent.now = first + 7s;
  agent.beat();
  ASSERT_EQ(agent.lease().watch.polls, 2) << "no gap that begins a new watch";

  agent.now = first + mail_settings().timings.takeover_after + 500ms;
  agent.tick();
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
  ASSERT_NE(agent.call<BeatRequest>(), nullptr) << "it looks again";
  agent.answer(agent.reply());
  ASSERT_NE(agent.call<TakeRequest>(), nullptr) << "the third look was all that was missing";
  EXPECT_EQ(agent.call<TakeRequest>()->polls, 3);
}

}  // namespace
}  // namespace jobflip::core
