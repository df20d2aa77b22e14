// Pools with when_store_lost = keep: workers continue without a store. They never continue without
// a running agent, or after the first answer which says that another node holds the pool.
#include <algorithm>

#include "unit/core/kept_pool.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using namespace kept_pool;

TEST(AgentKeep, WorkersGoOnThroughAnOutageOfAnyLength) {
  AgentHarness agent;
  become_keeper(agent);
  const Instant guard_deadline = without_store(agent, 1h);
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  EXPECT_TRUE(agent.lease().kept_since);
  EXPECT_GT(fence_start(guard_deadline, kTimings), agent.now) << "the guard would end them now";
}

TEST(AgentKeep, TheGuardsDeadlineIsMovedInTimeAtEveryMomentOfAnOutage) {
  AgentHarness agent;
  become_keeper(agent);
  Instant guard_deadline = agent.lease().deadline;
  const Instant end = agent.now + 5min;
  while (agent.now < end) {
    if (agent.call<BeatRequest>() && agent.now >= *agent.state.call_sent + kTimings.call_deadline)
      agent.fail<BeatReply>();  // each call takes as long as allowed
    while (const auto extended = agent.take_action<ExtendDeadline>())
      guard_deadline = std::max(guard_deadline, extended->deadline);
    ASSERT_LT(agent.now, fence_start(guard_deadline, kTimings)) << "the guard ends the workers";
    agent.now += 10ms;
    agent.tick();
  }
}

TEST(AgentKeep, TheGuardsDeadlineIsNeverMoreThanALeaseAhead) {
  AgentHarness agent;
  become_keeper(agent);
  for (int i = 0; i < 60; ++i) {
    const Instant guard_deadline = without_store(agent, 1s);
    EXPECT_LE(guard_deadline, agent.now + kTimings.lease);
  }
}

TEST(AgentKeep, WithinItsLeaseNothingIsDifferent) {
  AgentHarness agent;
  become_keeper(agent);
  const Instant deadline = agent.lease().deadline;
  const Instant until = fence_start(deadline, kTimings) - kTimings.beat_every;
  const Instant guard_deadline =
      without_store(agent, std::chrono::duration_cast<Millis>(until - agent.now) - 1ms);
  EXPECT_EQ(guard_deadline, deadline);
  without_store(agent, std::chrono::duration_cast<Millis>(deadline - agent.now) - 1ms);
  EXPECT_FALSE(agent.lease().kept_since) << "they have their lease";
}

TEST(AgentKeep, StopsAtTheFirstAnswerThatSaysThatAnotherNodeHolds) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 5min);
  agent.held_by(kOther, 101, 1);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.answer(agent.reply());
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->grace, 0ms);
  EXPECT_EQ(agent.lease().stop_cause, StopCause::lost);
}

TEST(AgentKeep, StopsAtTheFirstAnswerThatDoesNotNameThePool) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 5min);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  auto reply = agent.reply();
  reply.pools.clear();
  agent.answer(std::move(reply));
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->grace, 0ms);
}

TEST(AgentKeep, ContinuesUnderTheSameLeaseIfNoNodeTookThePool) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 5min);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<BeatRequest>()->renewals, (std::vector<LeaseRenewal>{{kMail, Epoch{100}}}));
  const Instant sent = *agent.state.call_sent;
  agent.answer(agent.reply());
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  EXPECT_EQ(agent.lease().deadline, sent + kTimings.lease);
  EXPECT_FALSE(agent.lease().kept_since);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
}

TEST(AgentKeep, ARefusalIsAnAnswerAndEndsTheWorkersWithTheLease) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 1min);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.feed(StoreAnswered{
      Result<BeatReply>{Error{ErrorCode::store_denied, "there is no node \"job1\"", ""}}});
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->grace, 0ms);
}

TEST(AgentKeep, AnAgentThatWasFrozenKeepsNothing) {
  AgentHarness agent;
  become_keeper(agent);
  agent.now += 1min;  // no call had failed when it froze, so it knows of no outage
  agent.tick();
  EXPECT_TRUE(agent.take_action<StopWorkers>());
}

TEST(AgentKeep, AnAgentThatComesUpWithoutAStoreKeepsNothing) {
  AgentHarness agent;
  become_keeper(agent);
  const Instant guard_deadline = without_store(agent, 1min);
  agent.restart();
  agent.feed(WorkersSeen{kMail, {WorkerPhase::running, Epoch{100}, guard_deadline, ""}});
  agent.tick();
  without_store(agent, std::chrono::duration_cast<Millis>(guard_deadline - agent.now) + 1s);
  EXPECT_EQ(agent.lease().phase, LeasePhase::stopping);
  EXPECT_EQ(agent.lease().stop_cause, StopCause::expired);
}

TEST(AgentKeep, WorkersThatEndByThemselvesAreNotStartedAgainWithoutALease) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 1min);
  agent.actions.clear();
  agent.workers(WorkerPhase::empty, "exited with 1");
  without_store(agent, 5min);
  EXPECT_FALSE(agent.take_action<StartWorkers>());
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
}

TEST(AgentKeep, AShutdownEndsTheWorkersWithOrWithoutAStore) {
  AgentHarness agent;
  become_keeper(agent);
  without_store(agent, 1min);
  agent.feed(ShutdownAsked{});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  EXPECT_EQ(agent.lease().phase, LeasePhase::stopping);
}

}  // namespace
}  // namespace jobflip::core
