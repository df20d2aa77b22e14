// A pool whose settings an agent can't read: it leaves that pool alone, and no other.
#include <gmock/gmock.h>

#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const PoolName kPaper = PoolName::of("paper");

/// What the store says of mail, and of a second pool that is free.
BeatReply reply_of(AgentHarness& agent, const std::string& unreadable) {
  auto reply = agent.reply();
  auto paper = reply.pools[0];
  paper.pool = kPaper;
  paper.settings->name = kPaper;
  paper.state = OwnerState::held;
  paper.holder = kOther;
  paper.own = false;
  paper.lease_beat = reply.beat;  // its holder lives
  paper.flip.reset();
  reply.pools.push_back(paper);
  if (!unreadable.empty()) reply.pools[0].settings.reset();
  reply.pools[0].unreadable = unreadable;
  return reply;
}

void beat(AgentHarness& agent, const std::string& unreadable) {
  for (int i = 0; i < 1000 && !agent.call<BeatRequest>(); ++i) {
    ASSERT_EQ(agent.call<TakeRequest>(), nullptr);
    agent.now = std::max(agent.now, agent.wake_at);
    agent.tick();
  }
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  agent.answer(reply_of(agent, unreadable));
}

TEST(AgentUnreadable, PoolsLeaseIsNotRenewedAndItsWorkersStopInTime) {
  AgentHarness agent;
  agent.become_holder();
  beat(agent, "");
  EXPECT_EQ(agent.take_action<ExtendDeadline>()->deadline, agent.lease().deadline);
  const Instant deadline = agent.lease().deadline;
  while (agent.now < deadline - 1s) {
    beat(agent, "settings: zzz can't be read");
    EXPECT_EQ(agent.lease().deadline, deadline);
    EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  }
  EXPECT_FALSE(agent.take_action<ExtendDeadline>());
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  EXPECT_EQ(std::ranges::count_if(
                agent.log_events,
                [](const auto& one) { return one.sentence.find("zzz") != std::string::npos; }),
            1);
  agent.now = deadline;
  agent.tick();
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 0ms);
}

TEST(AgentUnreadable, PoolThatAnotherNodeHoldsIsLeftAtOnce) {
  AgentHarness agent;
  agent.become_holder();
  agent.held_by(kOther, 101, 1);
  beat(agent, "settings: zzz can't be read");
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 0ms);
  EXPECT_EQ(agent.lease().stop_cause, StopCause::lost);
  EXPECT_EQ(agent.lease().seen, Epoch{101});
}

TEST(AgentUnreadable, PoolIsNotTakenUntilItCanBeReadAgain) {
  AgentHarness agent;
  agent.released(7);
  // so few that the other pool's holder is not silent yet
  for (int i = 0; i < 3; ++i) beat(agent, "settings: zzz can't be read");
  ASSERT_EQ(agent.call<TakeRequest>(), nullptr);
  for (int i = 0; i < 100 && !agent.call<BeatRequest>(); ++i) agent.pass(100ms);
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_THAT(agent.call<BeatRequest>()->not_ready_reason, HasSubstr("zzz can't be read"));
  EXPECT_EQ(std::ranges::count(agent.call<BeatRequest>()->ready, kMail), 0);
  for (int i = 0; i < 20 && !agent.call<TakeRequest>(); ++i) {
    if (agent.call<BeatRequest>()) agent.answer(reply_of(agent, ""));
    if (agent.call<TakeRequest>()) break;
    agent.now = std::max(agent.now, agent.wake_at);
    agent.tick();
  }
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  EXPECT_EQ(agent.call<TakeRequest>()->pool, kMail);
}

TEST(AgentUnreadable, PoolLeavesTheOthersAsTheyAre) {
  AgentHarness agent;
  for (int i = 0; i < 3; ++i) beat(agent, "settings: zzz can't be read");
  const auto& paper = agent.state.pools.at(kPaper);
  EXPECT_EQ(paper.settings.name, kPaper);
  EXPECT_TRUE(paper.report.has_value());
  EXPECT_EQ(paper.watch.last_poll, agent.now) << "it is watched at each reply";
  EXPECT_FALSE(agent.lease().report.has_value());
  while (!agent.call<BeatRequest>()) agent.pass(100ms);
  ASSERT_EQ(agent.call<BeatRequest>()->known.size(), 1u);
  EXPECT_EQ(agent.call<BeatRequest>()->known[0].pool, kPaper);
}

}  // namespace
}  // namespace jobflip::core
