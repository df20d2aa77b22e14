// The black box: what a flip by stall waits for, for how long, and how what was seen gets into the
// store.
#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const EvidenceOf kOf{kMail, Epoch{100}, FlipId{17}};

Evidence evidence(std::string document = R"({"version":1})") {
  return {kOf, std::move(document)};
}

/// A holder that has heard of a flip by stall, and begun its look.
AgentHarness looking() {
  AgentHarness agent;
  agent.settings.timings.beat_every = 400ms;  // several beats within the limit of a look
  agent.become_holder();
  agent.stalled_flip();
  agent.beat();
  return agent;
}

/// The target has the pool: nothing of it is ours any more.
void give_it_away(AgentHarness& agent) {
  agent.workers(WorkerPhase::empty);
  while (!agent.call<ReleaseRequest>()) agent.beat_or_wait();
  agent.held_by(kOther, 101, 1);
  agent.answer(ReleaseOutcome::released);
}

const KeepEvidenceRequest* await_keep(AgentHarness& agent) {
  for (int turns = 0; turns < 50 && !agent.call<KeepEvidenceRequest>(); ++turns)
    agent.beat_or_wait();
  return agent.call<KeepEvidenceRequest>();
}

bool said(const AgentHarness& agent, const std::string& text) {
  return std::ranges::any_of(agent.notes, [&](const Note& note) {
    return note.kind == NoteKind::black_box && note.sentence.find(text) != std::string::npos &&
           note.flip == FlipId{17} && note.pool == kMail;
  });
}

TEST(AgentEvidence, AFlipByStallLooksAtTheWorkersOnceBeforeTheyAreTold) {
  auto agent = looking();
  ASSERT_EQ(agent.take_action<CaptureEvidence>()->of, kOf);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  agent.beat();
  EXPECT_FALSE(agent.take_action<CaptureEvidence>()) << "once for a flip";
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  agent.feed(EvidenceTaken{evidence()});
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 3000ms) << "with all of the drain";
}

TEST(AgentEvidence, EveryOtherWayToEndWorkersLooksAtNothing) {
  AgentHarness by_hand;
  by_hand.become_holder();
  by_hand.flip(FlipState::draining, kSelf, kOther);
  by_hand.beat();
  EXPECT_FALSE(by_hand.take_action<CaptureEvidence>());
  EXPECT_TRUE(by_hand.take_action<StopWorkers>());

  AgentHarness lost;
  lost.become_holder();
  lost.stalled_flip();
  lost.held_by(kOther, 101, 1);
  lost.beat();
  EXPECT_FALSE(lost.take_action<CaptureEvidence>());
  EXPECT_TRUE(lost.take_action<StopWorkers>());

  AgentHarness stopped;
  stopped.become_holder();
  stopped.feed(ShutdownAsked{});
  EXPECT_FALSE(stopped.take_action<CaptureEvidence>());
  EXPECT_TRUE(stopped.take_action<StopWorkers>());
}

TEST(AgentEvidence, ALookThatDoesNotEndHoldsUpAFlipForItsLimitAndNoLonger) {
  auto agent = looking();
  const Instant began = agent.now;
  while (!agent.take_action<StopWorkers>()) {
    ASSERT_LE(agent.now, began + kEvidenceWithin);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now, began + kEvidenceWithin) << "not before, while the lease is long";
  agent.feed(EvidenceTaken{evidence()});
  EXPECT_FALSE(agent.take_action<StopWorkers>()) << "a look that ends later changes nothing";
  give_it_away(agent);
  EXPECT_NE(await_keep(agent), nullptr) << "but is kept";
}

TEST(AgentEvidence, AFlipNeverWaitsIntoTheTimeInWhichTheGuardEndsTheWorkers) {
  struct Row {
    const char* name;
    Millis left;  // of the lease
    Millis wait;
  };
  const LeaseTimings timings = mail_settings().timings;
  const Millis fence = timings.graceful_stop + timings.kill_to_empty + timings.guard_margin;
  const Row table[] = {
      {"a whole lease", timings.lease, kEvidenceWithin},
      {"just enough", fence + timings.beat_every + kEvidenceWithin, kEvidenceWithin},
      {"less", fence + timings.beat_every + 300ms, 300ms},
      {"nothing", fence + timings.beat_every, 0ms},
      {"fenced already", 0ms, -(fence + timings.beat_every)},
  };
  const Instant now{std::chrono::hours{1}};
  for (const Row& row : table)
    EXPECT_EQ(look_until(now, now + row.left, timings), now + row.wait) << row.name;
}

TEST(AgentEvidence, WhereNoWorkerRunsThereIsNothingToLookAt) {
  AgentHarness agent;
  agent.become_holder();
  agent.stalled_flip();
  agent.workers(WorkerPhase::stopping);
  agent.beat();
  EXPECT_FALSE(agent.take_action<CaptureEvidence>());
}

TEST(AgentEvidence, AFlipThatIsAbortedDuringTheLookLeavesTheWorkersAlone) {
  auto agent = looking();
  agent.report.flip.reset();
  agent.beat();
  agent.feed(EvidenceTaken{evidence()});
  agent.pass(kEvidenceWithin);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
}

TEST(AgentEvidence, TheDrainIsSaidToHaveBegunBeforeTheLookIsOver) {
  AgentHarness agent;
  agent.become_holder();
  agent.stalled_flip(FlipState::requested);
  agent.beat();
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::drain_begun);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
}

TEST(AgentEvidence, AShutdownDuringTheLookStopsAtOnce) {
  auto agent = looking();
  agent.feed(ShutdownAsked{});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
}

TEST(AgentEvidence, GoesToTheStoreOnceThePoolIsSomebodyElses) {
  auto agent = looking();
  agent.feed(EvidenceTaken{evidence()});
  EXPECT_EQ(agent.call<KeepEvidenceRequest>(), nullptr) << "the release goes first";
  give_it_away(agent);
  const auto* keep = await_keep(agent);
  ASSERT_NE(keep, nullptr);
  EXPECT_EQ(keep->node, kSelf);
  EXPECT_EQ(keep->evidence, evidence());
  agent.answer(EvidenceOutcome::kept);
  EXPECT_TRUE(said(agent, "the black box of flip 17 is kept: 13 bytes"));
  EXPECT_TRUE(agent.state.evidence.empty());
}

TEST(AgentEvidence, IsTriedAgainWhereTheStoreDidNotAnswerAndThenGivenUp) {
  auto agent = looking();
  agent.feed(EvidenceTaken{evidence()});
  give_it_away(agent);
  int tries = 0;
  for (; await_keep(agent) != nullptr && tries < 20; ++tries) agent.fail<EvidenceOutcome>();
  EXPECT_EQ(tries, 5);
  EXPECT_TRUE(agent.state.evidence.empty());
  EXPECT_TRUE(said(agent, "is lost: no answer"));
}

TEST(AgentEvidence, ARefusalIsNotAskedForAgain) {
  auto agent = looking();
  agent.feed(EvidenceTaken{evidence()});
  give_it_away(agent);
  ASSERT_NE(await_keep(agent), nullptr);
  agent.feed(StoreAnswered{Result<EvidenceOutcome>{Error{ErrorCode::usage, "no", ""}}});
  EXPECT_TRUE(agent.state.evidence.empty());
  EXPECT_TRUE(said(agent, "is lost: no"));
}

TEST(AgentEvidence, AHostThatKeepsNoneAndOneThatIsTooLargeSendNothing) {
  for (const auto& document : {std::string{}, std::string(kMostEvidence + 1, 'x')}) {
    auto agent = looking();
    agent.feed(EvidenceTaken{evidence(document)});
    EXPECT_TRUE(agent.take_action<StopWorkers>()) << "the flip goes on";
    EXPECT_TRUE(agent.state.evidence.empty());
  }
}

TEST(AgentEvidence, AnAgentThatStopsSendsWhatItHasOnceAndWaitsNoLonger) {
  auto agent = looking();
  agent.feed(EvidenceTaken{evidence()});
  agent.feed(ShutdownAsked{});
  give_it_away(agent);
  ASSERT_NE(await_keep(agent), nullptr);
  EXPECT_FALSE(agent.take_action<Finish>());
  agent.fail<EvidenceOutcome>();
  EXPECT_TRUE(agent.take_action<Finish>());
}

TEST(AgentEvidence, WhatWaitsForAStoreThatIsAwayIsBounded) {
  auto agent = looking();
  for (std::int64_t flip = 1; flip <= 20; ++flip)
    agent.feed(EvidenceTaken{{{kMail, Epoch{100}, FlipId{flip}}, "{}"}});
  EXPECT_EQ(agent.state.evidence.size(), 4u);
  EXPECT_EQ(agent.state.evidence.back().of.flip, FlipId{20}) << "the oldest are lost";
}

}  // namespace
}  // namespace jobflip::core
