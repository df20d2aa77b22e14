// A lease ran out, and the store may have lost another node's take in the server's last life. The
// node that took it works until its own lease runs out, so our lease must not be renewed before
// that.
#include <algorithm>

#include "unit/core/kept_pool.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using namespace kept_pool;

/// Answers beats until then. Returns the latest deadline that the guard was given, which must
/// never be one in the past.
Instant run_until(AgentHarness& agent, Instant end, Instant guard_deadline) {
  while (agent.now < end) {
    if (agent.call<BeatRequest>()) {
      EXPECT_EQ(agent.call<BeatRequest>()->renewals.size(), 1U) << "others would take the pool";
      agent.answer(agent.reply());
    }
    while (const auto extended = agent.take_action<ExtendDeadline>())
      guard_deadline = std::max(guard_deadline, extended->deadline);
    EXPECT_GT(fence_start(guard_deadline, kTimings), agent.now) << "the guard ends the workers";
    agent.now = std::min(end, std::max(agent.now + 1ms, agent.wake_at));
    agent.tick();
  }
  return guard_deadline;
}

TEST(AgentRenewal, KeptWorkersWaitUntilALostTakeHasRunOut) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  const Instant had = agent.lease().deadline;
  answer_a_beat(agent);
  const Instant heard = agent.now;
  EXPECT_TRUE(agent.lease().unrenewed);
  run_until(agent, heard + kTimings.takeover_after - 1ms, agent.now + kTimings.lease);
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
  EXPECT_EQ(agent.lease().deadline, had);
  agent.now = heard + kTimings.takeover_after;
  answer_a_beat(agent);
  EXPECT_GT(agent.lease().deadline, agent.now);
  EXPECT_FALSE(agent.lease().kept_since);
  EXPECT_FALSE(agent.lease().unrenewed);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
}

TEST(AgentRenewal, TheLifeThatGaveTheLeaseHasLostNoTakeOfALaterOne) {
  AgentHarness agent;
  be_kept(agent);
  answer_a_beat(agent);
  EXPECT_GT(agent.lease().deadline, agent.now);
  EXPECT_FALSE(agent.lease().unrenewed);
}

TEST(AgentRenewal, ALeaseThatHasNotRunOutIsRenewedInAnyLife) {
  AgentHarness agent;
  agent.become_holder();
  begin_life(agent);
  agent.beat();
  EXPECT_EQ(agent.lease().deadline, agent.state.last_beat_sent + kTimings.lease);
}

TEST(AgentRenewal, AnAnswerThatComesTooLateDoesNotProlongWorkersThatAreEnding) {
  AgentHarness agent;
  agent.become_holder();
  begin_life(agent);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.now = agent.lease().deadline;
  agent.tick();
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  agent.take_action<ExtendDeadline>();
  agent.answer(agent.reply());
  EXPECT_FALSE(agent.take_action<ExtendDeadline>());
  EXPECT_EQ(agent.lease().deadline, agent.now);
}

/// An agent that keeps workers moves the guard's deadline past the lease, and the next process
/// finds only that deadline.
TEST(AgentRenewal, ARestartedAgentDoesNotTakeTheGuardsDeadlineForALease) {
  AgentHarness agent;
  be_kept(agent);
  agent.restart();
  begin_life(agent);
  const Instant guard_deadline = agent.now + kTimings.lease;
  agent.feed(WorkersSeen{kMail, {WorkerPhase::running, Epoch{100}, guard_deadline, ""}});
  agent.tick();
  answer_a_beat(agent);
  EXPECT_EQ(agent.lease().deadline, guard_deadline);
  EXPECT_TRUE(agent.lease().kept_since);
  agent.actions.clear();
  run_until(agent, agent.now + kTimings.takeover_after, guard_deadline);
  answer_a_beat(agent);
  EXPECT_FALSE(agent.lease().kept_since);
  EXPECT_GT(agent.lease().deadline, agent.now);
}

TEST(AgentRenewal, ARestartedAgentRenewsAtOnceWhatTheSameLifeGave) {
  AgentHarness agent;
  keep(agent);
  agent.become_holder();
  const Instant deadline = agent.lease().deadline;
  agent.now += 5ms;
  agent.restart();
  agent.feed(WorkersSeen{kMail, {WorkerPhase::running, Epoch{100}, deadline, ""}});
  agent.tick();
  answer_a_beat(agent);
  EXPECT_GT(agent.lease().deadline, deadline);
}

TEST(AgentRenewal, AFlipEndsThemAndTheReleaseWaitsForABeatWithoutARenewal) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  answer_a_beat(agent);
  agent.flip(FlipState::draining, kSelf, kOther);
  answer_a_beat(agent);
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  agent.workers(WorkerPhase::empty);
  ASSERT_EQ(agent.lease().phase, LeasePhase::releasing);
  for (int i = 0; i < 5 && !agent.call<BeatRequest>(); ++i) {
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr) << "the store would let it be taken at once";
    agent.now = agent.wake_at;
    agent.tick();
  }
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_TRUE(agent.call<BeatRequest>()->renewals.empty());
  agent.fail<BeatReply>();
  ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr) << "nobody knows whether that beat arrived";
  while (!agent.call<BeatRequest>()) agent.pass(10ms);
  agent.answer(agent.reply());
  for (int i = 0; i < 5 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  EXPECT_NE(agent.call<ReleaseRequest>(), nullptr);
}

TEST(AgentRenewal, ARefusalEndsThemThenToo) {
  AgentHarness agent;
  be_kept(agent);
  begin_life(agent);
  answer_a_beat(agent);
  ASSERT_TRUE(agent.lease().unrenewed);
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
  agent.feed(StoreAnswered{Result<BeatReply>{Error{ErrorCode::store_denied, "no right", ""}}});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
}

TEST(AgentRenewal, AnAnswerToAnotherCallSaysNothingAboutTheLease) {
  AgentHarness agent;
  be_kept(agent);
  agent.state.pools.at(kMail).flip_step =
      FlipStepRequest{kSelf, FlipId{17}, FlipEvent::overdue, "", Epoch{100}};
  for (int i = 0; i < 50 && !agent.call<FlipStepRequest>(); ++i) {
    if (agent.call<BeatRequest>()) agent.fail<BeatReply>();
    agent.now = agent.wake_at;
    agent.tick();
  }
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  agent.answer(FlipStepOutcome::late);
  ASSERT_FALSE(agent.state.store_away);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  EXPECT_TRUE(agent.lease().kept_since);
}

}  // namespace
}  // namespace jobflip::core
