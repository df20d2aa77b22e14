// Which agents react to a hint at once, and which leave the store to the nodes that a flip waits
// for.
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const WakeHint kForOther{kMail, kOther};
const WakeHint kForSelf{kMail, kSelf};

void look_on(AgentHarness& agent) {
  agent.held_by(kOther, 41, 7);
  agent.beat();
  agent.now += 50ms;
}

/// Its release is in flight.
void end_workers_for_flip(AgentHarness& agent) {
  agent.become_holder();
  agent.flip(FlipState::draining, kSelf, kOther);
  agent.beat();
  agent.workers(WorkerPhase::empty);
}

TEST(AgentWakeHints, AHintAsksTheStoreInFullAndAPlainBeatDoesNot) {
  AgentHarness agent;
  agent.become_holder();
  agent.now += 10ms;
  agent.feed(WakeUp{});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr) << "a holder has no time to lose";
  EXPECT_TRUE(agent.call<BeatRequest>()->in_full);
  agent.answer(agent.reply());
  agent.now = agent.state.next_beat;
  agent.tick();
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_FALSE(agent.call<BeatRequest>()->in_full);
}

TEST(AgentWakeHints, WhoHasJustReleasedLeavesTheStoreToWhoTakesAndArmsWhenTheStoreHasSpoken) {
  AgentHarness agent;
  end_workers_for_flip(agent);
  agent.now += 1ms;
  agent.feed(WakeUp{});  // of its own release
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

TEST(AgentWakeHints, AWatcherLetsTheHolderAnswerAHintFirst) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{});
  EXPECT_EQ(agent.call<BeatRequest>(), nullptr);
  EXPECT_EQ(agent.wake_at, agent.now + 1ms);
  agent.now = agent.wake_at;
  agent.tick();
  EXPECT_NE(agent.call<BeatRequest>(), nullptr);
}

TEST(AgentWakeHints, AHintThatNamesAnotherLeavesTheStoreToThatNode) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{kForOther});
  EXPECT_EQ(agent.call<BeatRequest>(), nullptr);
  EXPECT_EQ(agent.wake_at, agent.now + 20ms) << "the one for this node may get lost";
  agent.now = agent.wake_at;
  agent.tick();
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  EXPECT_TRUE(agent.call<BeatRequest>()->in_full);
}

TEST(AgentWakeHints, AHolderAnswersWhomeverAHintNames) {
  AgentHarness agent;
  agent.become_holder();
  agent.now += 10ms;
  agent.feed(WakeUp{kForOther});
  EXPECT_NE(agent.call<BeatRequest>(), nullptr);
}

TEST(AgentWakeHints, ANamedNodeTakesAtOnceAndServesTheFlipThatTheTakeNames) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{kForSelf});
  ASSERT_NE(agent.call<TakeRequest>(), nullptr) << "it never heard of a flip";
  EXPECT_EQ(agent.call<TakeRequest>()->epoch, Epoch{41});
  EXPECT_EQ(agent.call<TakeRequest>()->polls, 0) << "a hint is not a watch";
  EXPECT_EQ(agent.call<TakeRequest>()->stood_still, 0ms);
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{50}, "it was released", FlipId{17}});
  ASSERT_TRUE(agent.take_action<StartWorkers>());
  agent.workers(WorkerPhase::running);
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->flip, FlipId{17});
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::started);
  agent.answer(FlipStepOutcome::done);
  EXPECT_EQ(agent.lease().carries, std::nullopt) << "workers that start again are not a flip";
}

TEST(AgentWakeHints, AFailedStartIsReportedForTheFlipThatTheTakeNamed) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{kForSelf});
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{50}, "it was released", FlipId{17}});
  agent.workers(WorkerPhase::broken, "no such file");
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::start_failed);
}

/// The store's clock was stepped between the take and this report.
TEST(AgentWakeHints, AStartThatIsLateForTheStoreAloneIsReportedAgainAfterTheNextBeat) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{kForSelf});
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{50}, "it was released", FlipId{17}});
  ASSERT_TRUE(agent.take_action<StartWorkers>());
  agent.workers(WorkerPhase::running);
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->epoch, Epoch{50});
  agent.answer(FlipStepOutcome::late);
  EXPECT_EQ(agent.call<FlipStepRequest>(), nullptr) << "not at once";
  agent.held_by(kSelf, 50, 9);
  agent.beat();
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::started);
  agent.now = agent.lease().deadline;
  agent.answer(FlipStepOutcome::late);
  EXPECT_FALSE(agent.lease().flip_step.has_value()) << "its lease has run out by its own clock too";
}

TEST(AgentWakeHints, ARefusedTryIsFollowedByABeatAndNotByASecondTry) {
  AgentHarness agent;
  look_on(agent);
  agent.feed(WakeUp{kForSelf});
  agent.answer(TakeReply{TakeOutcome::not_expired, {}, "it may still run"});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr);
  agent.answer(agent.reply());
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
  agent.pass(1s);
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
}

TEST(AgentWakeHints, OnlyAHintThatNamesThisNodeAndAPoolOfItsOwnIsWorthATry) {
  for (const WakeHint& hint : {WakeHint{}, WakeHint{kMail, {}}, WakeHint{kMail, kThird},
                               WakeHint{{}, kSelf}, WakeHint{PoolName::of("other"), kSelf}}) {
    AgentHarness agent;
    look_on(agent);
    agent.feed(WakeUp{hint});
    EXPECT_EQ(agent.call<TakeRequest>(), nullptr) << text_of(hint);
    agent.pass(20ms);
    EXPECT_NE(agent.call<BeatRequest>(), nullptr) << text_of(hint);
  }
}

TEST(AgentWakeHints, WhatForbidsATakeForbidsTheTryToo) {
  struct Case {
    const char* name;
    void (*forbid)(AgentHarness&);
  };
  for (const Case& c : {Case{"drained", [](AgentHarness& a) { a.report.drained = true; }},
                        Case{"frozen", [](AgentHarness& a) { a.report.frozen = true; }},
                        Case{"a flip to another", [](AgentHarness& a) {
                               a.flip(FlipState::draining, kOther, kThird);
                             }}}) {
    SCOPED_TRACE(c.name);
    AgentHarness agent;
    c.forbid(agent);
    look_on(agent);
    agent.feed(WakeUp{kForSelf});
    EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
  }
}

TEST(AgentWakeHints, AHintsOfferIsForgottenAtTheNextBeat) {
  AgentHarness agent;
  look_on(agent);
  agent.arms = false;
  agent.workers(WorkerPhase::broken, "the guard does not arm");
  agent.feed(WakeUp{kForSelf});
  ASSERT_NE(agent.call<BeatRequest>(), nullptr) << "it can't start anything now";
  agent.answer(agent.reply());
  agent.workers(WorkerPhase::armed);
  EXPECT_EQ(agent.call<TakeRequest>(), nullptr);
}

TEST(AgentWakeHints, ABurstOfHintsDoesNotBecomeABurstOfTries) {
  AgentHarness agent;
  look_on(agent);
  int tries = 0;
  for (int i = 0; i < 500; ++i) {
    agent.now += 1ms;
    agent.feed(WakeUp{kForSelf});
    if (agent.call<TakeRequest>()) {
      ++tries;
      agent.answer(TakeReply{TakeOutcome::not_expired, {}, "it may still run"});
    }
    if (agent.call<BeatRequest>()) agent.answer(agent.reply());
  }
  EXPECT_GT(tries, 0);
  EXPECT_LE(tries, 20) << "a second";
}

TEST(AgentWakeHints, WhoReleasesForAFlipNamesItsTargetAndNobodyElse) {
  AgentHarness flips;
  end_workers_for_flip(flips);
  ASSERT_NE(flips.call<ReleaseRequest>(), nullptr);
  EXPECT_EQ(flips.call<ReleaseRequest>()->next, kOther);

  AgentHarness stops;
  stops.become_holder();
  stops.feed(ShutdownAsked{});
  stops.answer(stops.reply());
  stops.workers(WorkerPhase::empty);
  ASSERT_NE(stops.call<ReleaseRequest>(), nullptr);
  EXPECT_TRUE(stops.call<ReleaseRequest>()->next.empty()) << "whoever is preferred";
}

}  // namespace
}  // namespace jobflip::core
