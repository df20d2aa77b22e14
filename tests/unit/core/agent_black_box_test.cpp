// The black box: what a flip by stall waits for, how long it waits, and how the capture gets to
// the store.
#include <algorithm>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const BlackBoxOf kOf{kMail, Epoch{100}, FlipId{17}};

BlackBox black_box(std::string document = R"({"version":1})") {
  return {kOf, std::move(document)};
}

/// A holder that has heard of a flip by stall and has begun its capture.
AgentHarness looking() {
  AgentHarness agent;
  agent.settings.timings.beat_every = 400ms;  // several beats within the limit of a capture
  agent.become_holder();
  agent.stalled_flip();
  agent.beat();
  return agent;
}

/// The target holds the pool: this node has no part in it any more.
void give_it_away(AgentHarness& agent) {
  agent.workers(WorkerPhase::empty);
  while (!agent.call<ReleaseRequest>()) agent.beat_or_wait();
  agent.held_by(kOther, 101, 1);
  agent.answer(ReleaseOutcome::released);
}

const KeepBlackBoxRequest* await_keep(AgentHarness& agent) {
  for (int turns = 0; turns < 50 && !agent.call<KeepBlackBoxRequest>(); ++turns)
    agent.beat_or_wait();
  return agent.call<KeepBlackBoxRequest>();
}

bool logged(const AgentHarness& agent, const std::string& text) {
  return std::ranges::any_of(agent.log_events, [&](const LogEvent& log_event) {
    return log_event.kind == LogEventKind::black_box &&
           log_event.sentence.find(text) != std::string::npos && log_event.flip == FlipId{17} &&
           log_event.pool == kMail;
  });
}

TEST(AgentBlackBox, AFlipByStallCapturesTheWorkersOnceBeforeTheyAreToldToEnd) {
  auto agent = looking();
  ASSERT_EQ(agent.take_action<CaptureBlackBox>()->of, kOf);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  agent.beat();
  EXPECT_FALSE(agent.take_action<CaptureBlackBox>()) << "once for a flip";
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  agent.feed(BlackBoxCaptured{black_box()});
  EXPECT_EQ(agent.take_action<StopWorkers>()->grace, 3000ms) << "with all of the drain";
}

TEST(AgentBlackBox, EveryOtherWayToEndWorkersCapturesNothing) {
  AgentHarness by_hand;
  by_hand.become_holder();
  by_hand.flip(FlipState::draining, kSelf, kOther);
  by_hand.beat();
  EXPECT_FALSE(by_hand.take_action<CaptureBlackBox>());
  EXPECT_TRUE(by_hand.take_action<StopWorkers>());

  AgentHarness lost;
  lost.become_holder();
  lost.stalled_flip();
  lost.held_by(kOther, 101, 1);
  lost.beat();
  EXPECT_FALSE(lost.take_action<CaptureBlackBox>());
  EXPECT_TRUE(lost.take_action<StopWorkers>());

  AgentHarness stopped;
  stopped.become_holder();
  stopped.feed(ShutdownAsked{});
  EXPECT_FALSE(stopped.take_action<CaptureBlackBox>());
  EXPECT_TRUE(stopped.take_action<StopWorkers>());
}

TEST(AgentBlackBox, ACaptureThatDoesNotEndDelaysAFlipForItsLimitAndNoLonger) {
  auto agent = looking();
  const Instant began = agent.now;
  while (!agent.take_action<StopWorkers>()) {
    ASSERT_LE(agent.now, began + kBlackBoxTimeLimit);
    agent.beat_or_wait();
  }
  EXPECT_GE(agent.now, began + kBlackBoxTimeLimit) << "not before, while the lease is long";
  agent.feed(BlackBoxCaptured{black_box()});
  EXPECT_FALSE(agent.take_action<StopWorkers>()) << "a capture that ends later changes nothing";
  give_it_away(agent);
  EXPECT_NE(await_keep(agent), nullptr) << "but it is kept";
}

TEST(AgentBlackBox, AFlipNeverWaitsIntoTheTimeInWhichTheGuardEndsTheWorkers) {
  struct Row {
    const char* name;
    Millis left;  // of the lease
    Millis wait;
  };
  const LeaseTimings timings = mail_settings().timings;
  const Millis fence = timings.graceful_stop + timings.kill_to_empty + timings.guard_margin;
  const Row table[] = {
      {"a whole lease", timings.lease, kBlackBoxTimeLimit},
      {"just enough", fence + timings.beat_every + kBlackBoxTimeLimit, kBlackBoxTimeLimit},
      {"less", fence + timings.beat_every + 300ms, 300ms},
      {"nothing", fence + timings.beat_every, 0ms},
      {"fenced already", 0ms, -(fence + timings.beat_every)},
  };
  const Instant now{std::chrono::hours{1}};
  for (const Row& row : table)
    EXPECT_EQ(look_until(now, now + row.left, timings), now + row.wait) << row.name;
}

TEST(AgentBlackBox, NothingIsCapturedIfNoWorkerRuns) {
  AgentHarness agent;
  agent.become_holder();
  agent.stalled_flip();
  agent.workers(WorkerPhase::stopping);
  agent.beat();
  EXPECT_FALSE(agent.take_action<CaptureBlackBox>());
}

TEST(AgentBlackBox, AFlipThatIsAbortedDuringTheCaptureLeavesTheWorkersAlone) {
  auto agent = looking();
  agent.report.flip.reset();
  agent.beat();
  agent.feed(BlackBoxCaptured{black_box()});
  agent.pass(kBlackBoxTimeLimit);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
  EXPECT_EQ(agent.lease().phase, LeasePhase::holding);
}

TEST(AgentBlackBox, TheDrainIsReportedBeforeTheCaptureEnds) {
  AgentHarness agent;
  agent.become_holder();
  agent.stalled_flip(FlipState::requested);
  agent.beat();
  ASSERT_NE(agent.call<FlipStepRequest>(), nullptr);
  EXPECT_EQ(agent.call<FlipStepRequest>()->event, FlipEvent::drain_begun);
  EXPECT_FALSE(agent.take_action<StopWorkers>());
}

TEST(AgentBlackBox, AShutdownDuringTheCaptureStopsAtOnce) {
  auto agent = looking();
  agent.feed(ShutdownAsked{});
  EXPECT_TRUE(agent.take_action<StopWorkers>());
}

TEST(AgentBlackBox, GoesToTheStoreOnceAnotherNodeHoldsThePool) {
  auto agent = looking();
  agent.feed(BlackBoxCaptured{black_box()});
  EXPECT_EQ(agent.call<KeepBlackBoxRequest>(), nullptr) << "the release goes first";
  give_it_away(agent);
  const auto* keep = await_keep(agent);
  ASSERT_NE(keep, nullptr);
  EXPECT_EQ(keep->node, kSelf);
  EXPECT_EQ(keep->black_box, black_box());
  agent.answer(BlackBoxReply::kept);
  EXPECT_TRUE(logged(agent, "the black box of flip 17 is kept: 13 bytes"));
  EXPECT_TRUE(agent.state.black_box.empty());
}

TEST(AgentBlackBox, IsTriedAgainIfTheStoreDidNotAnswerAndThenGivenUp) {
  auto agent = looking();
  agent.feed(BlackBoxCaptured{black_box()});
  give_it_away(agent);
  int tries = 0;
  for (; await_keep(agent) != nullptr && tries < 20; ++tries) agent.fail<BlackBoxReply>();
  EXPECT_EQ(tries, 5);
  EXPECT_TRUE(agent.state.black_box.empty());
  EXPECT_TRUE(logged(agent, "is lost: no answer"));
}

TEST(AgentBlackBox, ARefusalIsNotAskedForAgain) {
  auto agent = looking();
  agent.feed(BlackBoxCaptured{black_box()});
  give_it_away(agent);
  ASSERT_NE(await_keep(agent), nullptr);
  agent.feed(StoreAnswered{Result<BlackBoxReply>{Error{ErrorCode::usage, "no", ""}}});
  EXPECT_TRUE(agent.state.black_box.empty());
  EXPECT_TRUE(logged(agent, "is lost: no"));
}

TEST(AgentBlackBox, AHostThatKeepsNoneAndOneThatIsTooLargeSendNothing) {
  for (const auto& document : {std::string{}, std::string(kMaxBlackBoxBytes + 1, 'x')}) {
    auto agent = looking();
    agent.feed(BlackBoxCaptured{black_box(document)});
    EXPECT_TRUE(agent.take_action<StopWorkers>()) << "the flip goes on";
    EXPECT_TRUE(agent.state.black_box.empty());
  }
}

TEST(AgentBlackBox, AnAgentThatStopsSendsWhatItHasOnceAndWaitsNoLonger) {
  auto agent = looking();
  agent.feed(BlackBoxCaptured{black_box()});
  agent.feed(ShutdownAsked{});
  give_it_away(agent);
  ASSERT_NE(await_keep(agent), nullptr);
  EXPECT_FALSE(agent.take_action<Finish>());
  agent.fail<BlackBoxReply>();
  EXPECT_TRUE(agent.take_action<Finish>());
}

TEST(AgentBlackBox, WhatWaitsForAStoreThatIsAwayIsBounded) {
  auto agent = looking();
  for (std::int64_t flip = 1; flip <= 20; ++flip)
    agent.feed(BlackBoxCaptured{{{kMail, Epoch{100}, FlipId{flip}}, "{}"}});
  EXPECT_EQ(agent.state.black_box.size(), 4u);
  EXPECT_EQ(agent.state.black_box.back().of.flip, FlipId{20}) << "the oldest are lost";
}

}  // namespace
}  // namespace jobflip::core
