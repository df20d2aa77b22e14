// A holder: its deadline, its workers, and every way in which it gives up the lease.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentHold, CountsTheDeadlineFromJustBeforeTheBeatWasSent) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.state.next_beat;
  agent.tick();
  const Instant sent = agent.now;
  agent.now += 1900ms;  // the answer is late
  agent.answer(agent.reply());
  EXPECT_EQ(agent.lease().deadline, sent + mail_settings().timings.lease);
  EXPECT_EQ(agent.take_action<ExtendDeadline>()->deadline, sent + mail_settings().timings.lease);
}

TEST(AgentHold, RenewsWhatItHoldsAndOnlyBeforeItsDeadline) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.state.next_beat;
  agent.tick();
  EXPECT_EQ(agent.call<BeatRequest>()->renewals, (std::vector<LeaseRenewal>{{kMail, Epoch{100}}}));
  agent.now = agent.lease().deadline;
  agent.fail<BeatReply>();
  while (!agent.call<BeatRequest>()) agent.pass(100ms);
  EXPECT_TRUE(agent.call<BeatRequest>()->renewals.empty());
}

TEST(AgentHold, StopsAtOnceWhenItsDeadlinePassesAndTakesAgainOnceEmpty) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.lease().deadline;
  agent.tick();
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 0ms);
  agent.workers(WorkerPhase::empty);
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
  agent.fail<BeatReply>();
  while (!agent.call<TakeRequest>()) agent.beat_or_wait();
  EXPECT_TRUE(agent.call<TakeRequest>()->confirmed_empty) << "the last holder goes first";
}

TEST(AgentHold, KillsItsWorkersWhenTheStoreSaysThatAnotherNodeHolds) {
  AgentHarness agent;
  agent.become_holder();
  agent.held_by(kOther, 101, 1);
  agent.beat();
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 0ms);
  agent.workers(WorkerPhase::empty);
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
  EXPECT_EQ(agent.call<ReleaseRequest>(), nullptr);
}

TEST(AgentHold, HandsOverByAFlipAndReleasesOnlyWhenNoWorkerIsLeft) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::requested, kSelf, kOther);
  agent.beat();
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 30s);
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::drain_begun);
  agent.answer(FlipStepOutcome::done);
  agent.report.flip->state = FlipState::draining;
  agent.workers(WorkerPhase::stopping);
  agent.beat();
  EXPECT_EQ(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_TRUE(agent.take_action<ExtendDeadline>()) << "a drain may outlast one lease";
  agent.workers(WorkerPhase::empty);
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, Epoch{100});
  agent.answer(ReleaseOutcome::released);
  EXPECT_EQ(agent.lease().phase, LeasePhase::watching);
}

/// No worker is left in the drain of a flip, and the release is under way.
ReleaseRequest begin_release(AgentHarness& agent) {
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::empty);
  const auto* release = agent.call<ReleaseRequest>();
  EXPECT_NE(release, nullptr);
  return release ? *release : ReleaseRequest{};
}

void expect_asked_again(AgentHarness& agent, const ReleaseRequest& release) {
  while (!agent.call<ReleaseRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<ReleaseRequest>()->attempt, release.attempt);
}

TEST(AgentHold, LetsItsLeaseRunOutIfAWorkerOutlivesItsKill) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::stopping);
  const Instant told_to_end_at = agent.now;
  const LeaseTimings& timings = agent.lease().settings.timings;
  const Instant killed = told_to_end_at + agent.report.flip->drain_timeout + timings.kill_to_empty +
                         timings.guard_margin;
  // The flip is ended, and this node should continue, but its worker sleeps in the kernel and
  // can't die.
  agent.report.flip.reset();
  bool renewed_in_time = false;
  while (agent.now < killed + timings.lease + timings.beat_every) {
    agent.beat_or_wait();
    const auto* beat = agent.call<BeatRequest>();
    if (beat == nullptr) continue;
    if (agent.now < killed) {
      renewed_in_time = renewed_in_time || !beat->renewals.empty();
    } else {
      ASSERT_TRUE(beat->renewals.empty()) << "others must get their turn";
    }
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr) << "a worker is left";
  }
  EXPECT_TRUE(renewed_in_time) << "a drain may outlast one lease";
  EXPECT_GE(agent.now, agent.lease().deadline);
}

TEST(AgentHold, SendsTheSameReleaseUntilItIsAnswered) {
  AgentHarness agent;
  const auto release = begin_release(agent);
  agent.fail<ReleaseOutcome>();
  expect_asked_again(agent, release);
}

TEST(AgentHold, ABlockedReleaseIsAskedForAgain) {
  AgentHarness agent;
  const auto release = begin_release(agent);
  agent.answer(ReleaseOutcome::blocked);
  expect_asked_again(agent, release);
}

TEST(AgentHold, ContinuesWhenTheFlipIsAbortedInTheDrain) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::stopping);
  agent.report.flip.reset();
  agent.beat();
  agent.workers(WorkerPhase::empty);
  const auto start = agent.take_action<StartWorkers>();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->epoch, Epoch{100});
  EXPECT_EQ(agent.call<ReleaseRequest>(), nullptr);
}

TEST(AgentHold, GivesTheLeaseBackWhenTheWorkersDoNotStart) {
  AgentHarness agent;
  agent.released(41);
  agent.flip(FlipState::released, kOther, kSelf);
  agent.beat();
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  ASSERT_TRUE(agent.take_action<StartWorkers>());
  agent.workers(WorkerPhase::broken, "exec: no such file");
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::start_failed);
  agent.answer(FlipStepOutcome::done);
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_NE(agent.call<ReleaseRequest>()->reason.find("no such file"), std::string::npos);
  agent.answer(ReleaseOutcome::released);
  agent.report.flip.reset();
  agent.released(100);
  agent.beat();
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr) << "others go first";
}

TEST(AgentHold, HandsOverOnShutdownThenFinishes) {
  AgentHarness agent;
  agent.become_holder();
  agent.feed(ShutdownAsked{});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  EXPECT_FALSE(agent.take_action<Finish>());
  agent.answer(agent.reply());  // the beat
  agent.workers(WorkerPhase::empty);
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  agent.answer(ReleaseOutcome::released);
  EXPECT_TRUE(agent.take_action<Finish>());
}

// Others leave a free pool to the preferred node for some beats, but not if that node is about to
// stop.
TEST(AgentHold, ReportsThatItIsNotReadyBeforeItHandsOver) {
  AgentHarness agent;
  agent.become_holder();
  agent.feed(ShutdownAsked{});
  const auto* beat = agent.call<BeatRequest>();
  ASSERT_NE(beat, nullptr);
  EXPECT_TRUE(beat->ready.empty());
  EXPECT_NE(beat->not_ready_reason.find("the agent is stopping"), std::string::npos);
  EXPECT_EQ(beat->renewals.size(), 1u) << "the workers still end";
}

TEST(AgentHold, FinishesWithoutAStoreOnceItsLeaseHasRunOut) {
  AgentHarness agent;
  agent.become_holder();
  agent.feed(ShutdownAsked{});
  agent.workers(WorkerPhase::empty);
  while (!agent.take_action<Finish>()) {
    ASSERT_LT(agent.now, agent.lease().deadline + 6s);
    if (agent.call<ReleaseRequest>()) {
      agent.fail<ReleaseOutcome>();
    } else if (agent.call<BeatRequest>()) {
      agent.fail<BeatReply>();
    } else {
      agent.now = agent.wake_at;
      agent.tick();
    }
  }
  EXPECT_GE(agent.now, agent.lease().deadline);
}

TEST(AgentHold, BeatsAtOnceAfterAWakeUpEvenWhileACallIsInFlight) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.state.next_beat;
  agent.tick();
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  agent.now += 10ms;
  agent.feed(WakeUp{});
  agent.answer(agent.reply());
  EXPECT_NE(agent.call<BeatRequest>(), nullptr)
      << "the change that the hint is about may be newer than the answer";
}

TEST(AgentHold, ABurstOfHintsDoesNotBecomeABurstOfBeats) {
  AgentHarness agent;
  agent.become_holder();
  int beats = 0;
  for (int i = 0; i < 1000; ++i) {  // a hint each millisecond
    agent.now += 1ms;
    agent.feed(WakeUp{});
    if (agent.call<BeatRequest>()) {
      ++beats;
      agent.answer(agent.reply());
    }
  }
  EXPECT_GT(beats, 5);
  EXPECT_LE(beats, 40);
}

TEST(AgentHold, ReleasesALeaseOfRecordThatItCanNotServe) {
  AgentHarness agent;
  agent.arms = false;
  agent.held_by(kSelf, 41, 7);
  agent.beat();
  agent.feed(WorkersSeen{kMail, {WorkerPhase::broken, Epoch{41}, {}, "no such command"}});
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, Epoch{41});
}

}  // namespace
}  // namespace jobflip::core
