// Workers that can't be seen count as alive: without evidence nothing is released and nothing
// starts.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// A drain has ended, and its release is in flight.
void begin_release(AgentHarness& agent) {
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::empty);
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  agent.actions.clear();
}

TEST(AgentUnseen, WorkersThatAppearBesideAReleaseAreStoppedAndSeenGoneBeforeTheNextOne) {
  AgentHarness agent;
  begin_release(agent);
  agent.workers(WorkerPhase::running);  // a start whose outcome was not known
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  agent.fail<ReleaseOutcome>();
  for (int i = 0; i < 10; ++i) {
    agent.beat_or_wait();
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr) << "workers run";
  }
  agent.workers(WorkerPhase::empty);
  for (int i = 0; i < 10 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  EXPECT_NE(agent.call<ReleaseRequest>(), nullptr) << "they were seen gone";
}

TEST(AgentUnseen, WorkersThatAppearBesideATakeAreStopped) {
  AgentHarness agent;
  agent.released(41);
  for (int i = 0; i < 3 && !agent.call<TakeRequest>(); ++i) agent.beat();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  agent.workers(WorkerPhase::running);
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  EXPECT_FALSE(agent.take_action<StartWorkers>()) << "others still run";
  agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::empty, .epoch = Epoch{41}}});
  EXPECT_TRUE(agent.take_action<StartWorkers>());
}

TEST(AgentUnseen, WorkersThatAppearAfterAReleaseAreStoppedAtOnce) {
  AgentHarness agent;
  begin_release(agent);
  agent.answer(ReleaseOutcome::released);
  ASSERT_EQ(agent.lease().phase, LeasePhase::watching);
  agent.actions.clear();
  agent.workers(WorkerPhase::running);
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->grace, 0ms) << "another node may have taken the pool";
}

TEST(AgentUnseen, WorkersThatAppearInAnOutageOfTheStoreAreBeatenForAtOnce) {
  AgentHarness agent;
  agent.become_holder();
  const Epoch epoch = agent.lease().epoch;
  agent.restart();
  for (int i = 0; i < 10; ++i) {
    while (!agent.call<BeatRequest>()) agent.beat_or_wait();
    agent.fail<BeatReply>();
  }
  ASSERT_GT(agent.state.next_beat, agent.now + 1s) << "an agent that holds nothing has time";
  agent.feed(WorkersSeen{
      kMail, {.phase = WorkerPhase::stopping, .epoch = epoch, .deadline = agent.now + 5s}});
  EXPECT_NE(agent.call<BeatRequest>(), nullptr);
}

TEST(AgentUnseen, ALeaseOfRecordIsNotReleasedBeforeTheWorkersOfItsEpochAreChecked) {
  AgentHarness agent;
  agent.arms = false;
  agent.held_by(kSelf, 41, 7);
  agent.beat();
  agent.feed(WorkersSeen{kMail, {WorkerPhase::broken, {}, {}, "no such command"}});
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr) << "of another runtime folder, perhaps";
    agent.beat_or_wait();
  }
  agent.feed(WorkersSeen{kMail, {WorkerPhase::broken, Epoch{41}, {}, "exited with 3"}});
  EXPECT_NE(agent.call<ReleaseRequest>(), nullptr);
}

/// A pool with `keep`: the guard's deadline is later than the right, and the restarted agent sees
/// the workers only after its first answer.
TEST(AgentUnseen, ThatTurnUpAreKilledAtOnceIfTheirLeaseIsAlreadyKnownToBeOver) {
  struct Row {
    const char* name;
    void (*say)(AgentHarness&);
    bool is_over;
  };
  const Row rows[] = {
      {"still ours", [](AgentHarness& agent) { agent.held_by(kSelf, 100, 7); }, false},
      {"older than they are", [](AgentHarness& agent) { agent.held_by(kOther, 41, 7); }, false},
      {"another's", [](AgentHarness& agent) { agent.held_by(kOther, 101, 7); }, true},
      {"ours under a later epoch", [](AgentHarness& agent) { agent.held_by(kSelf, 101, 7); }, true},
      {"given up", [](AgentHarness& agent) { agent.released(100); }, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    AgentHarness agent;
    agent.become_holder();
    ASSERT_EQ(agent.lease().epoch, Epoch{100});
    agent.restart();
    agent.arms = false;
    agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::unknown, .sentence = "no FIFO"}});
    row.say(agent);
    agent.beat();
    agent.actions.clear();
    agent.feed(WorkersSeen{
        kMail, {.phase = WorkerPhase::running, .epoch = Epoch{100}, .deadline = agent.now + 5s}});
    const auto stop = agent.take_action<StopWorkers>();
    ASSERT_EQ(stop.has_value(), row.is_over);
    EXPECT_EQ(stop.value_or(StopWorkers{}).grace, 0ms);
  }
}

WorkerStatus unseen(const std::string& why) {
  return {.phase = WorkerPhase::unknown, .sentence = why};
}

TEST(AgentUnseen, AreNotReleasedWhateverAsksForIt) {
  struct Row {
    const char* name;
    void (*ask)(AgentHarness&);
  };
  const Row rows[] = {
      {"a flip",
       [](AgentHarness& agent) {
         agent.flip(FlipState::draining, kSelf, kOther);
         agent.beat();
       }},
      {"a shutdown", [](AgentHarness& agent) { agent.feed(ShutdownAsked{}); }},
      {"an end as a candidate",
       [](AgentHarness& agent) {
         while (!agent.call<BeatRequest>()) agent.pass(100ms);
         auto reply = agent.reply();
         reply.pools.clear();
         agent.answer(reply);
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    for (const bool seen : {true, false}) {
      AgentHarness agent;
      agent.become_holder();
      if (!seen) agent.feed(WorkersSeen{kMail, unseen("cannot open the lease page")});
      row.ask(agent);
      EXPECT_TRUE(agent.take_action<StopWorkers>());
      if (seen) agent.workers(WorkerPhase::empty);
      bool released = false;
      for (int i = 0; i < 8 && !released; ++i) {
        released = agent.call<ReleaseRequest>() != nullptr;
        if (!released && agent.call<FlipStepRequest>()) agent.answer(FlipStepOutcome::done);
        if (!released) agent.beat_or_wait();
      }
      EXPECT_EQ(released, seen) << "the same is released once it is seen to be gone";
    }
  }
}

TEST(AgentUnseen, AreNotRenewedSoThatTheLeaseRunsOut) {
  AgentHarness agent;
  agent.become_holder();
  const Instant deadline = agent.lease().deadline;
  agent.feed(WorkersSeen{kMail, unseen("cannot open the lease page: Permission denied")});
  ASSERT_EQ(agent.log_events.back().kind, LogEventKind::workers_unseen);
  while (agent.now < deadline) {
    agent.beat_or_wait();
    if (const auto* beat = agent.call<BeatRequest>()) {
      EXPECT_TRUE(beat->renewals.empty());
      EXPECT_NE(beat->not_ready_reason.find("Permission denied"), std::string::npos)
          << "status says why";
    }
  }
  EXPECT_EQ(agent.lease().deadline, deadline);
  EXPECT_EQ(agent.lease().phase, LeasePhase::stopping);
}

TEST(AgentUnseen, GoOnWhenTheyAreSeenAgainInTime) {
  AgentHarness agent;
  agent.become_holder();
  const WorkerStatus running = agent.lease().workers;
  agent.feed(WorkersSeen{kMail, unseen("too many open files")});
  agent.beat();
  agent.feed(WorkersSeen{kMail, running});
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  agent.beat();
  while (!agent.call<BeatRequest>()) agent.pass(100ms);
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_EQ(agent.call<BeatRequest>()->renewals, (std::vector<LeaseRenewal>{{kMail, Epoch{100}}}));
}

TEST(AgentUnseen, TakeNothingAndGiveNothingBackAfterARestart) {
  AgentHarness agent;
  agent.arms = false;
  agent.held_by(kSelf, 41, 7);
  agent.report.drained = true;
  agent.feed(WorkersSeen{kMail, unseen("cannot open the lease page")});
  for (int i = 0; i < 80; ++i) {
    agent.beat_or_wait();
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr);
    ASSERT_EQ(agent.call<TakeRequest>(), nullptr);
  }
  EXPECT_TRUE(agent.take_action<PrepareWorkers>()) << "it looks again";
  agent.feed(WorkersSeen{kMail, {.phase = WorkerPhase::empty, .epoch = Epoch{41}}});
  for (int i = 0; i < 8 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  EXPECT_NE(agent.call<ReleaseRequest>(), nullptr) << "the workers of epoch 41 were seen gone";
}

TEST(AgentUnseen, OfAStartWhoseOutcomeIsUnknownAreStoppedAndSeenGoneFirst) {
  AgentHarness agent;
  agent.released(41);
  for (int i = 0; i < 3 && !agent.call<TakeRequest>(); ++i) agent.beat();
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  ASSERT_TRUE(agent.take_action<StartWorkers>());
  agent.held_by(kSelf, 100, 1);
  agent.feed(WorkersSeen{kMail, unseen("StartUnit: no answer within 1 s")});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  for (int i = 0; i < 6; ++i) {
    agent.beat_or_wait();
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr);
    ASSERT_FALSE(agent.take_action<StartWorkers>());
  }
  agent.workers(WorkerPhase::running);  // it did start after all
  EXPECT_TRUE(agent.take_action<StopWorkers>());
  ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr);
  agent.workers(WorkerPhase::empty);
  for (int i = 0; i < 6 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  EXPECT_NE(agent.call<ReleaseRequest>(), nullptr);
}

TEST(AgentUnseen, DoNotKeepAnAgentFromEndingOnceTheirLeaseHasRunOut) {
  AgentHarness agent;
  agent.become_holder();
  agent.feed(WorkersSeen{kMail, unseen("cannot open the lease page")});
  agent.feed(ShutdownAsked{});
  while (!agent.take_action<Finish>()) {
    ASSERT_LT(agent.now, agent.lease().deadline + 6s);
    ASSERT_EQ(agent.call<ReleaseRequest>(), nullptr);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now, agent.lease().deadline) << "until then it may see them yet";
}

TEST(AgentUnseen, WorkersOfAPoolThatTheFileNoLongerNamesAreDrainedThenReleased) {
  AgentHarness agent;
  agent.become_holder();
  WorkerStatus found = agent.lease().workers;
  found.configured = false;
  agent.restart();
  agent.feed(WorkersSeen{kMail, found});
  EXPECT_FALSE(agent.take_action<StopWorkers>()) << "how long they may drain is not known yet";
  agent.beat();
  const auto stop = agent.take_action<StopWorkers>();
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->grace, mail_settings().drain_timeout);
  agent.beat();
  EXPECT_EQ(agent.call<ReleaseRequest>(), nullptr) << "they still run";
  found.phase = WorkerPhase::empty;
  agent.feed(WorkersSeen{kMail, found});
  for (int i = 0; i < 6 && !agent.call<ReleaseRequest>(); ++i) agent.beat_or_wait();
  ASSERT_NE(agent.call<ReleaseRequest>(), nullptr);
  EXPECT_EQ(agent.call<ReleaseRequest>()->epoch, Epoch{100});
  EXPECT_FALSE(agent.take_action<StartWorkers>());
}

TEST(Workers, OnlyACheckThatFoundNoneIsEvidence) {
  for (const auto phase :
       {WorkerPhase::absent, WorkerPhase::armed, WorkerPhase::empty, WorkerPhase::broken}) {
    EXPECT_TRUE(is_known_empty(phase)) << name_of(phase);
    const auto failed = after_failed_call({.phase = phase, .epoch = Epoch{7}}, "no such command");
    EXPECT_EQ(failed.phase, WorkerPhase::broken);
    EXPECT_EQ(failed.epoch, Epoch{7});
    EXPECT_EQ(failed.sentence, "no such command");
  }
  for (const auto phase : {WorkerPhase::unknown, WorkerPhase::running, WorkerPhase::stopping}) {
    EXPECT_FALSE(is_known_empty(phase)) << name_of(phase);
    EXPECT_EQ(after_failed_call({.phase = phase}, "no answer").phase, phase);
  }
  EXPECT_EQ(WorkerStatus{}.phase, WorkerPhase::unknown) << "before the first look";
}

}  // namespace
}  // namespace jobflip::core
