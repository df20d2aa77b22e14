// What the leading supervisor may do: automatic flips with their limits, verdicts, holds.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;

core::VerdictReport verdict(Epoch leader, const std::string& word) {
  core::QueueSample sample;
  sample.queue = QueueName::of("email");
  sample.runnable = 7;
  sample.oldest_runnable = Millis{61'000};
  sample.done = 12;
  return {sup1, leader, mail, {{sample.queue, word, "quiet for 1m01s", sample}}};
}

TEST_P(StoreContract, ALeadersFlipIsAutomaticAndItsDrainIsShort) {
  const Epoch leader = elect();
  hold(job1);
  beat(job2);
  const auto answer = ask_automatic(automatic_flip_to(job2, leader));
  ASSERT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
  EXPECT_TRUE(flip_view(answer.flip).automatic);
  const auto directive = report(job1).flip;
  ASSERT_TRUE(directive.has_value());
  EXPECT_TRUE(directive->automatic);
  EXPECT_EQ(directive->drain_timeout, pool_settings(mail).stalled_drain_timeout);
}

TEST_P(StoreContract, ASupervisorThatNoLongerLeadsChangesNothing) {
  const Epoch old = elect();
  hold(job1);
  ASSERT_EQ(release(sup1, old, supervisors), core::ReleaseOutcome::released);
  elect(sup2);
  beat(job2);
  const auto answer = supervisor(sup1).request_flip(automatic_flip_to(job2, old));
  EXPECT_TRUE(answer.has_error() || !answer->accepted);
  EXPECT_FALSE(supervisor(sup1).publish(verdict(old, "OK")).value());
  EXPECT_FALSE(supervisor(sup1).record_hold({sup1, old, mail, "budget", "used up", "{}"}).value());
  EXPECT_FALSE(view().open_flip.has_value());
  EXPECT_TRUE(view().queues.empty() || view().queues[0].verdict.empty());

  beat(job2);
  const FlipId id = flip(job2);
  EXPECT_FALSE(judge(old, id, FlipEvent::completed));
  EXPECT_EQ(state_of(id), FlipState::requested);
}

TEST_P(StoreContract, ASupervisorActsUnderItsOwnLoginOnly) {
  const Epoch leader = elect();
  hold(job1);
  beat(job2);
  EXPECT_TRUE(supervisor(sup2).publish(verdict(leader, "OK")).has_error());
  const auto forged = supervisor(sup2).request_flip(automatic_flip_to(job2, leader));
  EXPECT_TRUE(forged.has_error() || !forged->accepted);
}

TEST_P(StoreContract, PauseAndObserveModeStopAnAutomaticFlipAndNoManualOne) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(oper().pause(mail, Millis{60'000}, person("upgrade")).has_value());
  beat(job2);
  auto answer = ask_automatic(automatic_flip_to(job2, leader));
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "pause");
  ASSERT_TRUE(oper().abort_flip(flip(job2), person()).has_value());

  ASSERT_TRUE(oper().pause(mail, std::nullopt, person()).has_value());
  core::Fleet fleet = small_fleet();
  fleet.pools[0].mode = core::PoolMode::observe;
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  beat(job2);
  answer = ask_automatic(automatic_flip_to(job2, leader));
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "observe");
  flip(job2);
}

TEST_P(StoreContract, ACompletedJobVerifiesTheFlipAndBeginsTheCooldown) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  beat(job2);
  const auto asked = ask_automatic(automatic_flip_to(job2, leader));
  ASSERT_TRUE(asked.accepted) << asked.rule;
  carry_out(asked.flip, held, FlipState::started);
  EXPECT_FALSE(view().cooldown.has_value());
  EXPECT_TRUE(judge(leader, asked.flip, FlipEvent::completed));
  EXPECT_EQ(state_of(asked.flip), FlipState::verified);
  const auto cooldown = view().cooldown;
  ASSERT_TRUE(cooldown.has_value());
  EXPECT_EQ(cooldown->level, 0);
  EXPECT_EQ(cooldown->flip, asked.flip);
  EXPECT_LE(cooldown->left, pool_settings(mail).cooldown);
  EXPECT_GT(cooldown->left, pool_settings(mail).cooldown - Millis{20'000});
}

TEST_P(StoreContract, AFlipThatCuredNothingDoublesTheCooldownUntilItIsAcknowledged) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  beat(job2);
  const auto asked = ask_automatic(automatic_flip_to(job2, leader));
  ASSERT_TRUE(asked.accepted) << asked.rule;
  carry_out(asked.flip, held, FlipState::started);
  EXPECT_TRUE(judge(leader, asked.flip, FlipEvent::not_cured));
  EXPECT_EQ(state_of(asked.flip), FlipState::ineffective);
  auto cooldown = view().cooldown;
  ASSERT_TRUE(cooldown.has_value());
  EXPECT_EQ(cooldown->level, 1);
  EXPECT_GT(cooldown->left, pool_settings(mail).cooldown);
  EXPECT_LE(cooldown->left, 2 * pool_settings(mail).cooldown);

  beat(job3);
  const auto held_up = ask_automatic(automatic_flip_to(job3, leader));
  EXPECT_FALSE(held_up.accepted);
  EXPECT_EQ(held_up.rule, "cooldown");
  const auto events = events_of();
  auto acknowledged = oper().acknowledge(mail, person("looked"));
  ASSERT_TRUE(acknowledged.has_value()) << acknowledged.error().text;
  EXPECT_TRUE(acknowledged->changed);
  EXPECT_EQ(events_of(), events + 1);
  acknowledged = oper().acknowledge(mail, person("again"));
  EXPECT_TRUE(acknowledged->accepted);
  EXPECT_FALSE(acknowledged->changed);
  EXPECT_EQ(events_of(), events + 1);
  EXPECT_FALSE(view().cooldown.has_value());
  beat(job3);
  EXPECT_TRUE(ask_automatic(automatic_flip_to(job3, leader)).accepted);
}

TEST_P(StoreContract, AManualFlipPassesOverTheCooldownAndSetsNone) {
  const Epoch leader = elect();
  hold(job1);
  beat(job2);
  const auto asked = ask_automatic(automatic_flip_to(job2, leader));
  ASSERT_TRUE(asked.accepted) << asked.rule;
  ASSERT_TRUE(oper().abort_flip(asked.flip, person()).has_value());
  const auto before = view().cooldown;
  ASSERT_TRUE(before.has_value());
  ASSERT_TRUE(oper().abort_flip(flip(job2), person()).has_value());
  ASSERT_TRUE(view().cooldown.has_value());
  EXPECT_EQ(view().cooldown->flip, before->flip);
}

TEST_P(StoreContract, TheBudgetCountsAutomaticFlipsOfAllPools) {
  const Epoch leader = elect();
  hold(job1);
  hold(job1, paper);
  const auto flip_and_abort = [&](const PoolName& pool) {
    beat(job2);
    const auto asked = ask_automatic(automatic_flip_to(job2, leader, pool));
    if (asked.accepted) {
      EXPECT_TRUE(oper().abort_flip(asked.flip, person()).has_value());
      EXPECT_TRUE(oper().acknowledge(pool, person()).has_value());
    }
    return asked.rule;
  };
  EXPECT_EQ(reader().snapshot()->budget.used, 0);
  EXPECT_EQ(flip_and_abort(mail), "");
  EXPECT_EQ(flip_and_abort(paper), "");
  EXPECT_EQ(reader().snapshot()->budget.used, 2);
  EXPECT_EQ(flip_and_abort(mail), "budget");
  flip(job2);  // an operator's flip is allowed
  EXPECT_EQ(reader().snapshot()->budget.used, 2);
}

TEST_P(StoreContract, AnAutomaticFlipNeedsAHolder) {
  const Epoch leader = elect();
  beat(job2);
  const auto answer = ask_automatic(automatic_flip_to(job2, leader));
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "holder");
}

TEST_P(StoreContract, VerdictsAreShownWithTheAgeOfTheirChange) {
  const Epoch leader = elect();
  EXPECT_TRUE(supervisor(sup1).publish(verdict(leader, "STALLED")).value());
  pass(Millis{300});
  EXPECT_TRUE(supervisor(sup1).publish(verdict(leader, "STALLED")).value());
  const auto shown = view();
  ASSERT_EQ(shown.queues.size(), 1u);
  EXPECT_EQ(shown.queues[0].verdict, "STALLED");
  EXPECT_EQ(shown.queues[0].reason, "quiet for 1m01s");
  EXPECT_GE(shown.queues[0].verdict_age, Millis{300});
  EXPECT_LT(shown.queues[0].sample_age, shown.queues[0].verdict_age);
  ASSERT_TRUE(shown.queues[0].sample.has_value());
  EXPECT_EQ(shown.queues[0].sample->runnable, 7);
  EXPECT_EQ(shown.queues[0].sample->oldest_runnable, Millis{61'000});
  EXPECT_TRUE(supervisor(sup1).publish(verdict(leader, "OK")).value());
  EXPECT_LT(view().queues[0].verdict_age, Millis{300});
}

TEST_P(StoreContract, AHoldIsOneEventAndALineOfTheHistory) {
  const Epoch leader = elect();
  const auto events = events_of();
  EXPECT_TRUE(
      supervisor(sup1).record_hold({sup1, leader, mail, "budget", "3 of 3 used", "{}"}).value());
  EXPECT_EQ(events_of(), events + 2) << "and that of its incident";
  const auto history = reader().history({mail, 10});
  ASSERT_TRUE(history.has_value());
  const auto hold_line =
      std::ranges::find(*history, core::HistoryKind::hold, &core::HistoryEntry::kind);
  ASSERT_NE(hold_line, history->end());
  EXPECT_EQ(hold_line->outcome, "budget");
}

TEST_P(StoreContract, ALeaderEndsAnOverdueFlipAndNoOther) {
  const Epoch leader = elect();
  hold(job1);
  const FlipId id = flip(job2);
  EXPECT_TRUE(judge(leader, id, FlipEvent::overdue));
  EXPECT_EQ(state_of(id), FlipState::requested);
  pass(3 * timings.beat_every + timings.call_deadline + Millis{100});
  EXPECT_TRUE(judge(leader, id, FlipEvent::overdue));
  EXPECT_EQ(state_of(id), FlipState::failed);
}

TEST_P(StoreContract, ACureIsJudgedOnlyOfAFlipThatStarted) {
  const Epoch leader = elect();
  hold(job1);
  const FlipId id = flip(job2);
  EXPECT_TRUE(judge(leader, id, FlipEvent::completed));
  EXPECT_EQ(state_of(id), FlipState::requested);
}

}  // namespace
}  // namespace jobflip::test
