// Restarts: flips to the node that holds the pool, requested by a supervisor of a pool that
// restarts first.

#include <algorithm>

#include "contract/restart_contract.hpp"
#include "jobflip/core/refusals.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::FlipStepOutcome;
using core::ReleaseOutcome;
using core::TakeOutcome;

constexpr Millis kSlack{100};
TEST_P(RestartContract, IsCarriedOutByOneNodeStepByStep) {
  const FlipId id = restart();
  auto directive = report(job1, mail, {{mail, held_}}).flip;
  ASSERT_TRUE(directive.has_value());
  EXPECT_EQ(directive->state, FlipState::draining);
  EXPECT_EQ(directive->from, job1);
  EXPECT_EQ(directive->to, NodeName{}) << "an agent of 0.1.0 would not stop its workers";
  EXPECT_TRUE(directive->stalled);
  EXPECT_EQ(agent(job1).keep_black_box({job1, {{mail, held_, id}, "{\"processes\": []}"}}).value(),
            core::BlackBoxReply::kept);
  restart_until(id, FlipState::released);
  directive = report(job1).flip;
  ASSERT_TRUE(directive.has_value());
  EXPECT_EQ(directive->to, job1);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::reserved);
  const auto taken = take(take_of(job1));
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  beat(job1, {{mail, taken.epoch}});
  EXPECT_EQ(step(job1, id, FlipEvent::started), FlipStepOutcome::done);
  EXPECT_TRUE(judge(leader_, id, FlipEvent::completed));

  const auto timeline = reader().timeline(id);
  ASSERT_TRUE(timeline.has_value());
  EXPECT_TRUE(is_restart(timeline->flip));
  EXPECT_EQ(timeline->flip.from_epoch, held_);
  EXPECT_EQ(timeline->flip.epoch, taken.epoch);
  std::vector<std::string> told;
  for (const core::TimelineStep& one : timeline->steps)
    if (one.state != "requested" && one.state != "black_box")
      told.push_back(one.sentence.substr(0, one.sentence.find(':')));
  EXPECT_EQ(told, (std::vector<std::string>{"the node stops its workers",
                                            "the node's workers are gone; it gave up the lease",
                                            "the node took the lease", "the node's workers run",
                                            "a job completed on the node"}));
  const auto history = reader().history({mail, 1});
  ASSERT_TRUE(history.has_value());
  EXPECT_EQ(history->front().from, "job1");
  EXPECT_EQ(history->front().to, "job1");
}

TEST_P(RestartContract, IsRefusedToPeopleAndToPoolsThatDoNotAskForIt) {
  beat(job1, {{mail, held_}});
  EXPECT_EQ(ask(flip_to(job1)).rule, "target") << "by hand";
  set_first(core::FirstMove::flip);
  EXPECT_EQ(ask_for(job1).rule, "target");
  EXPECT_FALSE(view().open_flip.has_value());
}

TEST_P(RestartContract, IsRefusedIfItsNodeCannotTakeThePool) {
  beat(job1, {{mail, held_}});
  ASSERT_TRUE(oper().drain(job1, true, person()).value().accepted);
  EXPECT_EQ(ask_for(job1).rule, "target") << "drained";
  ASSERT_TRUE(oper().drain(job1, false, person()).value().accepted);
  auto unready = beat_of(job1, {{mail, held_}});
  unready.ready.clear();
  unready.not_ready_reason = "mail: no such unit";
  ASSERT_TRUE(agent(job1).beat(unready).has_value());
  EXPECT_EQ(ask_automatic(automatic_flip_to(job1, leader_)).rule, "target") << "not ready";
  beat(job1, {{mail, held_}});
  pass(core::beat_fresh_within(timings) + kSlack);
  EXPECT_EQ(ask_automatic(automatic_flip_to(job1, leader_)).rule, "target") << "silent";
  beat(job1);
  pass(core::beat_fresh_within(timings) + kSlack);
  beat(job1);
  EXPECT_EQ(ask_automatic(automatic_flip_to(job1, leader_)).rule, "target") << "renews nothing";
  beat(job1, {{mail, held_}});
  EXPECT_TRUE(ask_automatic(automatic_flip_to(job1, leader_)).accepted);
}

TEST_P(RestartContract, ObeysPauseModeCooldownAndBudget) {
  ASSERT_TRUE(oper().pause(mail, Millis{60'000}, person()).value().accepted);
  EXPECT_EQ(ask_for(job1).rule, "pause");
  ASSERT_TRUE(oper().pause(mail, std::nullopt, person()).value().accepted);
  auto fleet = small_fleet();
  fleet.pools[0].first = core::FirstMove::restart;
  fleet.pools[0].mode = core::PoolMode::observe;
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  EXPECT_EQ(ask_for(job1).rule, "observe");
  fleet.pools[0].mode = core::PoolMode::automatic;
  fleet.budget.flips = 0;
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  EXPECT_EQ(ask_for(job1).rule, "budget");
}

TEST_P(RestartContract, ThatWasNoCureDelaysNoFlipAndIsNotMadeAgainUnderItsLease) {
  set_first(core::FirstMove::restart, Millis{0});  // not even for a while
  const FlipId id = restart_that_ends(FlipEvent::not_cured);
  EXPECT_EQ(state_of(id), FlipState::ineffective);
  EXPECT_FALSE(view().cooldown.has_value());
  ASSERT_TRUE(view().restart.has_value());
  EXPECT_EQ(view().restart->flip, id);
  EXPECT_EQ(view().restart->state, FlipState::ineffective);
  EXPECT_TRUE(view().restart->uncured);
  EXPECT_EQ(budget_used(), 0) << "the flip that follows counts";
  EXPECT_EQ(ask_for(job1).rule, "target");

  const auto answer = ask_for(job2);
  ASSERT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
  EXPECT_EQ(budget_used(), 1);
  carry_out(answer.flip, held_, FlipState::started);
  EXPECT_TRUE(judge(leader_, answer.flip, FlipEvent::not_cured));
  EXPECT_FALSE(view().restart.has_value()) << "the last automatic flip is none";
}

TEST_P(RestartContract, ThatWasNoCureBeginsNoCooldown) {
  restart_that_ends(FlipEvent::not_cured);
  EXPECT_FALSE(view().cooldown.has_value());
  const auto answer = ask_for(job2);
  EXPECT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
}

TEST_P(RestartContract, ThatWasACureCountsAndForbidsAnotherOneForItsCooldown) {
  const FlipId id = restart_that_ends(FlipEvent::completed);
  EXPECT_EQ(state_of(id), FlipState::verified);
  EXPECT_FALSE(view().cooldown.has_value());
  EXPECT_EQ(budget_used(), 1);
  ASSERT_TRUE(view().restart.has_value());
  EXPECT_FALSE(view().restart->uncured);
  EXPECT_GT(view().restart->left, Millis{0});
  EXPECT_LE(view().restart->left, kRestartCooldown);
  const auto refused = ask_for(job1);
  EXPECT_EQ(refused.rule, "target");
  pass(kRestartCooldown + kSlack);
  EXPECT_FALSE(view().restart.has_value());
  const auto answer = ask_for(job1);
  EXPECT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
}

TEST_P(RestartContract, ThatWasACureIsFollowedByAFlipIfThePoolStallsAgainSoon) {
  restart_that_ends(FlipEvent::completed);
  const auto answer = ask_for(job2);
  ASSERT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
  carry_out(answer.flip, held_, FlipState::started);
  EXPECT_TRUE(judge(leader_, answer.flip, FlipEvent::completed));
  EXPECT_TRUE(view().cooldown.has_value()) << "and then by a cooldown";
}

TEST_P(RestartContract, ThatAPersonAbortedBeginsACooldown) {
  const FlipId id = restart();
  restart_until(id, FlipState::draining);
  ASSERT_TRUE(oper().abort_flip(id, person()).value().accepted);
  EXPECT_TRUE(view().cooldown.has_value());
  EXPECT_EQ(ask_for(job2).rule, "cooldown");
  EXPECT_EQ(view().owner.holder, job1);
}

TEST_P(RestartContract, CanBeMadeAgainOnceAPersonHasAcknowledgedTheLastOne) {
  restart_that_ends(FlipEvent::not_cured);
  EXPECT_TRUE(oper().acknowledge(mail, person()).value().changed);
  EXPECT_FALSE(view().restart.has_value());
  EXPECT_TRUE(ask_for(job1).accepted);
}

TEST_P(RestartContract, KeepsNobodyFromTakingOverFromAHolderThatDies) {
  const FlipId id = restart();
  restart_until(id, FlipState::draining);
  pass(timings.takeover_after + kSlack);
  const auto taken = take(take_of(job3));
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  ASSERT_TRUE(taken.flip.has_value());
  EXPECT_NE(*taken.flip, id) << "a takeover";
  EXPECT_EQ(state_of(id), FlipState::failed);
  ASSERT_TRUE(view().restart.has_value());
  EXPECT_FALSE(view().restart->uncured) << "another node has the lease";
}
}  // namespace
}  // namespace jobflip::test
