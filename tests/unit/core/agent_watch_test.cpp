// A candidate that watches: when it takes, and what prevents it.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(AgentWatch, TakesAFreePoolAfterThreePolls) {
  AgentHarness agent;
  agent.released(41);
  agent.beat();
  agent.beat();
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
  agent.beat();
  const auto* take = agent.call<TakeRequest>();
  ASSERT_NE(take, nullptr);
  EXPECT_EQ(take->epoch, Epoch{41});
  EXPECT_EQ(take->incarnation, agent.incarnation);
  EXPECT_FALSE(take->confirmed_empty);
}

TEST(AgentWatch, AfterLostHistoryItTakesNothingForTheFreezeOnItsOwnClockToo) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.incarnation = Uuid{"after a promotion"};
  agent.released(40);           // the take of 41 is lost; its holder may still run workers
  agent.report.frozen = false;  // the store's clock stepped over its own freeze
  agent.beat();
  const Instant seen = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - seen, 60s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - seen, mail_settings().timings.freeze);
  EXPECT_LT(agent.now - seen, mail_settings().timings.freeze + 1s) << "woken on time for it";
}

TEST(AgentWatch, LetsEachPreferredCandidateGoFirstForTwoBeats) {
  AgentHarness agent;
  agent.released(41);
  agent.report.rank = 1;
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) agent.beat_or_wait();
  EXPECT_GE(agent.now - first_look, 4 * mail_settings().timings.beat_every)
      << "a preferred one that started at the same time has had its three looks, and two beats "
         "more";
}

TEST(AgentWatch, TakesFromASilentHolderOnlyAfterTakeoverAfterOnItsOwnClock) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - first_look, 20s);
    if (agent.call<BeatRequest>()) {
      agent.answer(agent.reply());
    } else {
      agent.now = agent.wake_at;
      agent.tick();
    }
  }
  EXPECT_GE(agent.now - first_look, mail_settings().timings.takeover_after);
  EXPECT_LT(agent.now - first_look, mail_settings().timings.takeover_after + 1s)
      << "woken on time for it";
  EXPECT_GE(agent.call<TakeRequest>()->stood_still, mail_settings().timings.takeover_after);
  EXPECT_GE(agent.call<TakeRequest>()->polls, 3);
  EXPECT_EQ(agent.call<TakeRequest>()->lease_beat, BeatNumber{7});
}

TEST(AgentWatch, BeginsAgainWhenAnythingOfTheTripleMoves) {
  struct Case {
    const char* what;
    void (*move)(AgentHarness&);
  };
  const Case cases[] = {
      {"beat", [](AgentHarness& a) { a.report.lease_beat.value += 1; }},
      {"epoch", [](AgentHarness& a) { a.report.epoch.value += 1; }},
      {"incarnation", [](AgentHarness& a) { a.incarnation = Uuid{"incarnation-2"}; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    AgentHarness agent;
    agent.held_by(kOther, 41, 7);
    while (agent.lease_or_none() == nullptr || agent.now - agent.lease().watch.since < 10s)
      agent.beat();
    c.move(agent);
    agent.beat();
    EXPECT_EQ(agent.lease().watch.since, agent.now);
    EXPECT_EQ(agent.lease().watch.polls, 1);
    for (int i = 0; i < 6; ++i) {
      agent.beat();
      EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
    }
  }
}

TEST(AgentWatch, BeginsAgainAfterAGapOfItsOwn) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  for (int i = 0; i < 4; ++i) agent.beat();
  agent.now += 60s;  // suspended, or without a store: the gap must not count
  agent.beat();
  EXPECT_EQ(agent.lease().watch.polls, 1);
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
}

TEST(AgentWatch, SaysInItsBeatWhatItCouldStartAndWhyNotTheRest) {
  AgentHarness agent;
  agent.tick();
  EXPECT_TRUE(agent.call<BeatRequest>()->ready.empty());
  EXPECT_EQ(agent.call<BeatRequest>()->not_ready_reason, "the agent has just started");
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.now = agent.state.next_beat;
  agent.tick();
  EXPECT_EQ(agent.call<BeatRequest>()->ready, std::vector<PoolName>{kMail});
  EXPECT_EQ(agent.call<BeatRequest>()->not_ready_reason, "");

  AgentHarness unarmed;
  unarmed.arms = false;
  unarmed.held_by(kOther, 41, 7);
  for (const auto& [phase, why] :
       {std::pair{WorkerPhase::unknown, "mail: its workers have not been checked yet"},
        std::pair{WorkerPhase::absent, "mail: no guard is armed yet"}}) {
    unarmed.feed(WorkersSeen{kMail, {.phase = phase}});
    unarmed.beat();
    unarmed.now = unarmed.state.next_beat;
    unarmed.tick();
    EXPECT_TRUE(unarmed.call<BeatRequest>()->ready.empty());
    EXPECT_EQ(unarmed.call<BeatRequest>()->not_ready_reason, why);
  }
}

TEST(AgentWatch, DoesNotTakeIfARuleForbidsIt) {
  struct Case {
    const char* what;
    void (*forbid)(AgentHarness&);
  };
  const Case cases[] = {
      {"frozen", [](AgentHarness& a) { a.report.frozen = true; }},
      {"drained", [](AgentHarness& a) { a.report.drained = true; }},
      {"paused", [](AgentHarness& a) { a.report.paused = true; }},
      {"another's flip", [](AgentHarness& a) { a.flip(FlipState::requested, kOther, kThird); }},
      {"no guard", [](AgentHarness& a) { a.arms = false; }},
      {"shutting down", [](AgentHarness& a) { a.feed(ShutdownAsked{}); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    AgentHarness agent;
    agent.held_by(kOther, 41, 7);
    c.forbid(agent);
    for (int i = 0; i < 12; ++i) {
      if (!agent.call<BeatRequest>()) agent.pass(2s);
      if (agent.call<BeatRequest>()) agent.answer(agent.reply());
      EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
    }
  }
}

TEST(AgentWatch, APauseDoesNotKeepAFreePoolDown) {
  AgentHarness agent;
  agent.released(41);
  agent.report.paused = true;
  for (int i = 0; i < 3; ++i) agent.beat();
  EXPECT_NE(agent.call<TakeRequest>(), nullptr);
}

TEST(AgentWatch, TheTargetOfAFlipTakesAReleasedPoolAtOnce) {
  AgentHarness agent;
  agent.released(41);
  agent.flip(FlipState::released, kOther, kSelf);
  agent.beat();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  EXPECT_NE(agent.call<TakeRequest>()->reason.find("flip 17"), std::string::npos);
}

TEST(AgentWatch, TheTargetOfAFlipTriesWhenAHintComesAndSendsABeatWhenThatWasTooEarly) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(FlipState::draining, kOther, kSelf);
  agent.beat();
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
  agent.now += 50ms;
  agent.feed(WakeUp{});
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
  EXPECT_EQ(agent.call<TakeRequest>()->stood_still, 0ms) << "a hint is not a watch";
  EXPECT_EQ(agent.call<TakeRequest>()->polls, 0);
  agent.answer(TakeReply{TakeOutcome::not_expired, {}, "it may still run"});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr) << "a look, and no second try without a hint";
  agent.released(41);
  agent.answer(agent.reply());
  EXPECT_NE(agent.call<TakeRequest>(), nullptr);
}

TEST(AgentWatch, TheTargetOfAFlipStillWaitsForASilentHolderUnlessAPersonSaysItIsOff) {
  for (const bool off : {false, true}) {
    AgentHarness agent;
    agent.held_by(kOther, 41, 7);
    agent.flip(FlipState::requested, kOther, kSelf);
    agent.report.flip->host_is_off = off;
    agent.beat();
    EXPECT_EQ(agent.call<TakeRequest>() != nullptr, off);
  }
}

TEST(AgentWatch, AnOverdueFlipIsReportedToTheStoreOnce) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(FlipState::draining, kOther, kThird);
  for (int i = 0; i < 7; ++i) {
    agent.report.lease_beat.value += 1;
    agent.beat();
  }
  agent.report.flip->overdue = true;
  agent.beat();
  const auto* step = agent.call<FlipStepRequest>();
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->event, FlipEvent::overdue);
  agent.report.flip.reset();
  agent.answer(FlipStepOutcome::done);
  EXPECT_EQ(agent.call<FlipStepRequest>(), nullptr);
}

TEST(AgentWatch, AFlipWithoutAnOutcomeIsLeftToTheSupervisorForAFewBeats) {
  AgentHarness agent;
  agent.held_by(kOther, 41, 7);
  agent.flip(FlipState::started, kThird, kOther);
  agent.report.flip->overdue = true;
  int beats = 0;
  for (; beats < 10 && !agent.call<FlipStepRequest>(); ++beats) {
    agent.report.lease_beat.value += 1;
    agent.beat();
  }
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::nobody_looked);
  EXPECT_EQ(agent.call<FlipStepRequest>()->sentence, "no supervisor was running");
  EXPECT_GE(beats, 3);
}

TEST(AgentWatch, AProcessThatCameAfterTheLossCountsTheFreezeFromItsFirstBeat) {
  AgentHarness agent;
  agent.history_whole = false;
  agent.released(41);
  agent.beat();
  const Instant first_look = agent.now;
  while (!agent.call<TakeRequest>()) {
    ASSERT_LT(agent.now - first_look, 30s);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now - first_look, mail_settings().timings.freeze);
}

TEST(AgentWatch, AnUnknownOutcomeIsAskedAgainWithTheSameAttempt) {
  AgentHarness agent;
  agent.released(41);
  for (int i = 0; i < 3; ++i) agent.beat();
  const Uuid attempt = agent.call<TakeRequest>()->attempt;
  const Instant first_sent = agent.now;
  agent.now += 2s;
  agent.fail<TakeReply>();
  while (!agent.call<TakeRequest>()) agent.beat_or_wait();
  EXPECT_EQ(agent.call<TakeRequest>()->attempt, attempt);
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  EXPECT_EQ(agent.lease().deadline, first_sent + mail_settings().timings.lease)
      << "others may have watched the new lease since the first sending";
}

TEST(AgentWatch, ATakeWhoseOutcomeStaysUnknownIsGivenUpBeforeItsLeaseWouldEnd) {
  AgentHarness agent;
  agent.released(41);
  for (int i = 0; i < 3; ++i) agent.beat();
  const Instant first_sent = agent.now;
  while (agent.lease().phase == LeasePhase::taking) {
    ASSERT_LT(agent.now - first_sent, 12s);
    agent.now += 500ms;
    if (agent.call<TakeRequest>()) {
      agent.fail<TakeReply>();
    } else if (agent.call<BeatRequest>()) {
      agent.fail<BeatReply>();
    } else {
      agent.tick();
    }
  }
  EXPECT_FALSE(agent.lease().attempt);
  EXPECT_FALSE(agent.take_action<StartWorkers>());
}

}  // namespace
}  // namespace jobflip::core
