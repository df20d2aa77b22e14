// Flips: requested, carried out step by step, blocked, ended.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::FlipStepOutcome;
using core::ReleaseOutcome;
using core::TakeOutcome;

constexpr Millis kSlack{100};

TEST_P(StoreContract, AFlipIsCarriedOutStepByStepAndShownAtEach) {
  const Epoch first = hold(job1);
  const FlipId id = flip(job2);
  auto directive = report(job1, mail, {{mail, first}}).flip;
  ASSERT_TRUE(directive.has_value());
  EXPECT_EQ(directive->id, id);
  EXPECT_EQ(directive->state, FlipState::draining) << "the beat that reports it begins the drain";
  EXPECT_EQ(directive->from, job1);
  EXPECT_EQ(directive->to, job2);
  EXPECT_FALSE(directive->automatic);
  EXPECT_FALSE(directive->overdue);
  EXPECT_EQ(directive->drain_timeout, pool_settings(mail).drain_timeout);

  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun), FlipStepOutcome::done)
      << "already in that state";
  EXPECT_EQ(state_of(id), FlipState::draining);
  EXPECT_EQ(release(job1, first), ReleaseOutcome::released);
  EXPECT_EQ(state_of(id), FlipState::released);
  const auto attempt = take_of(job2);
  const auto taken = take(attempt);
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  EXPECT_EQ(taken.flip, id);
  EXPECT_EQ(take(attempt).flip, id) << "where the answer was lost";
  EXPECT_EQ(state_of(id), FlipState::taken);
  EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::started);
  EXPECT_EQ(take(attempt).flip, std::nullopt) << "the flip is done";

  const auto timeline = reader().timeline(id);
  ASSERT_TRUE(timeline.has_value());
  EXPECT_EQ(timeline->flip.from_epoch, first);
  EXPECT_EQ(timeline->flip.epoch, taken.epoch);
  EXPECT_TRUE(timeline->flip.drained_at && timeline->flip.released_at && timeline->flip.taken_at &&
              timeline->flip.started_at);
  EXPECT_FALSE(timeline->flip.ended_at);
  EXPECT_EQ(timeline->flip.reason, "a test");
  std::vector<std::string> states;
  for (const core::TimelineStep& one : timeline->steps) states.push_back(one.state);
  const std::vector<std::string> wanted{"requested", "draining", "released", "taken", "started"};
  EXPECT_EQ(states, wanted);
}

TEST_P(StoreContract, OnlyTheBeatOfWhoHoldsThePoolAndRenewsItBeginsADrain) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip(job2);
  const auto before = events_of();
  beat(job2);
  beat(job3, {{mail, epoch}});
  beat(job1);
  beat(job1, {{mail, Epoch{epoch.value - 1}}});
  EXPECT_EQ(state_of(id), FlipState::requested);
  EXPECT_EQ(events_of(), before);
  beat(job1, {{mail, epoch}});
  EXPECT_EQ(state_of(id), FlipState::draining);
  EXPECT_EQ(events_of(), before + 1);
  beat(job1, {{mail, epoch}});
  EXPECT_EQ(events_of(), before + 1) << "begun once";
}

TEST_P(StoreContract, AFlipOfAFreePoolIsTakenByItsTargetOnly) {
  const Epoch epoch = hold(job1);
  ASSERT_EQ(release(job1, epoch), ReleaseOutcome::released);
  const FlipId id = flip(job2);
  EXPECT_TRUE(flip_view(id).from.empty());
  EXPECT_EQ(take(take_of(job3)).outcome, TakeOutcome::reserved);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
  EXPECT_EQ(state_of(id), FlipState::taken);
}

TEST_P(StoreContract, AReleasedPoolIsReservedForTheTargetUntilItsTimeIsUp) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, epoch, FlipState::released);
  EXPECT_EQ(take(take_of(job3)).outcome, TakeOutcome::reserved);
  EXPECT_EQ(take(take_of(job1)).outcome, TakeOutcome::reserved);
  pass(Millis{2000} + kSlack);
  ASSERT_TRUE(report(job3).flip.has_value());
  EXPECT_TRUE(report(job3).flip->overdue);
  EXPECT_EQ(take(take_of(job3)).outcome, TakeOutcome::taken);
  EXPECT_EQ(state_of(id), FlipState::failed);  // superseded
}

TEST_P(StoreContract, AFlipThatWasReleasedAndNotTakenInTimeIsEndedByAnyCandidate) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, epoch, FlipState::released);
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::not_yours);
  pass(Millis{2000} + kSlack);
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::failed);
}

TEST_P(StoreContract, AHolderThatReleasesBeforeItsDrainBeganServesTheFlipToo) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip(job2);
  EXPECT_EQ(release(job1, epoch), ReleaseOutcome::released);
  EXPECT_EQ(state_of(id), FlipState::released);
}

TEST_P(StoreContract, ATargetTakesFromAHolderThatFellSilent) {
  const Epoch epoch = hold(job1);
  for (const bool in_drain : {false, true}) {
    const NodeName holder = in_drain ? job2 : job1;
    const NodeName target = in_drain ? job1 : job2;
    const FlipId id = flip(target);
    if (in_drain) {
      ASSERT_EQ(step(holder, id, FlipEvent::drain_begun), FlipStepOutcome::done);
    }
    pass(timings.takeover_after + kSlack);
    const auto taken = take(take_of(target));
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    EXPECT_GT(taken.epoch, epoch);
    EXPECT_EQ(state_of(id), FlipState::taken);
    const auto timeline = reader().timeline(id);
    ASSERT_TRUE(timeline.has_value());
    EXPECT_TRUE(std::ranges::count(timeline->steps, "expired", &core::TimelineStep::state) == 1);
    EXPECT_EQ(step(target, id, FlipEvent::start_failed), FlipStepOutcome::done);
    beat(target, {{mail, taken.epoch}});
  }
}

TEST_P(StoreContract, ATakeByAnotherNodeEndsTheFlip) {
  const Epoch epoch = hold(job1);
  const FlipState reached[] = {FlipState::requested, FlipState::draining};
  for (const FlipState state : reached) {
    const Epoch held = state == FlipState::requested ? epoch : hold(job1);
    const FlipId id = flip(job2);
    carry_out(id, held, state);
    pass(timings.takeover_after + kSlack);
    const auto taken = take(take_of(job3));
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    ASSERT_TRUE(taken.flip.has_value());
    EXPECT_NE(*taken.flip, id) << "the flip names another node: this is a takeover";
    EXPECT_TRUE(flip_view(*taken.flip).takeover);
    EXPECT_EQ(state_of(id), FlipState::failed);
    ASSERT_EQ(release(job3, taken.epoch), ReleaseOutcome::released);
  }
}

TEST_P(StoreContract, ATakeByAnotherNodeEndsTheFlipAfterItsTargetTookToo) {
  for (const FlipState state : {FlipState::taken, FlipState::started}) {
    const Epoch held = hold(job1);
    const FlipId id = flip(job2);
    carry_out(id, held, state);
    pass(timings.takeover_after + kSlack);
    const auto taken = take(take_of(job3));
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    ASSERT_TRUE(taken.flip.has_value());
    EXPECT_NE(*taken.flip, id) << "the flip names another node: this is a takeover";
    EXPECT_TRUE(flip_view(*taken.flip).takeover);
    EXPECT_EQ(state_of(id), state == FlipState::taken ? FlipState::failed : FlipState::unverified);
    ASSERT_EQ(release(job3, taken.epoch), ReleaseOutcome::released);
  }
}

TEST_P(StoreContract, AHostThatIsOffSparesOnlyTheTargetTheWait) {
  hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.host_is_off = true;
  EXPECT_EQ(ask(request).rule, "holder") << "a host that just sent a beat is not off";
  pass(2 * timings.beat_every + timings.call_deadline + kSlack);
  beat(job2);
  request = flip_to(job2);
  request.host_is_off = true;
  const auto answer = ask(request);
  ASSERT_TRUE(answer.accepted) << answer.rule;
  EXPECT_TRUE(flip_view(answer.flip).host_is_off);
  auto other = take_of(job3);
  other.stood_still = Millis{0};
  EXPECT_EQ(take(other).outcome, TakeOutcome::not_expired);
  auto target = take_of(job2);
  target.stood_still = Millis{0};
  target.polls = 1;
  EXPECT_EQ(take(target).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, EachStepIsReportedByItsOwnNode) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip(job2);
  EXPECT_EQ(step(job2, id, FlipEvent::drain_begun), FlipStepOutcome::not_yours);
  EXPECT_EQ(step(stranger, id, FlipEvent::drain_begun), FlipStepOutcome::not_yours);
  EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::not_there);
  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun), FlipStepOutcome::done);
  // Already in that state.
  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun), FlipStepOutcome::done);
  EXPECT_EQ(release(job1, epoch), ReleaseOutcome::released);
  const auto taken = take(take_of(job2));
  ASSERT_EQ(taken.outcome, TakeOutcome::taken);
  EXPECT_EQ(step(job1, id, FlipEvent::started), FlipStepOutcome::not_yours);
  const auto events = events_of();
  EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::done);
  EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::done);
  EXPECT_EQ(events_of(), events + 1);
}

TEST_P(StoreContract, EachStepHasADeadlineAfterWhichAnyCandidateEndsTheFlip) {
  struct Case {
    FlipState state;
    Millis wait;
    FlipEvent event;
    FlipState end;
  };
  const auto pool = pool_settings(mail);
  const Case cases[] = {
      {FlipState::requested, 3 * timings.beat_every + timings.call_deadline, FlipEvent::overdue,
       FlipState::failed},
      {FlipState::draining, Millis{1500}, FlipEvent::overdue, FlipState::failed},
      {FlipState::taken, timings.takeover_after + timings.beat_every, FlipEvent::overdue,
       FlipState::failed},
      {FlipState::started, pool.verify_timeout, FlipEvent::nobody_looked, FlipState::unverified},
  };
  for (const Case& one : cases) {
    const Epoch held = hold(job1);
    beat(job1, {{mail, held}});
    const FlipId id = flip(job2);
    const Epoch epoch = carry_out(id, held, one.state);
    EXPECT_FALSE(flip_view(id).overdue) << core::name_of(one.state);
    EXPECT_EQ(step(job3, id, one.event), FlipStepOutcome::not_yours) << core::name_of(one.state);
    pass(one.wait + kSlack);
    EXPECT_TRUE(flip_view(id).overdue) << core::name_of(one.state);
    EXPECT_EQ(step(job3, id, one.event), FlipStepOutcome::done) << core::name_of(one.state);
    EXPECT_EQ(state_of(id), one.end);
    EXPECT_FALSE(view().open_flip.has_value());
    const NodeName holder = epoch == held ? job1 : job2;
    ASSERT_EQ(release(holder, epoch), ReleaseOutcome::released);
  }
}

TEST_P(StoreContract, WorkersThatDoNotStartEndTheFlip) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::taken);
  EXPECT_EQ(step(job2, id, FlipEvent::start_failed), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::failed);
}

TEST_P(StoreContract, AnOperatorCanAbortAFlipUntilTheLeaseIsReleased) {
  const Epoch held = hold(job1);
  for (const FlipState state : {FlipState::requested, FlipState::draining}) {
    const FlipId id = flip(job2);
    carry_out(id, held, state);
    const auto answer = oper().abort_flip(id, person("wrong pool"));
    ASSERT_TRUE(answer.has_value()) << answer.error().text;
    EXPECT_TRUE(answer->accepted);
    EXPECT_TRUE(answer->changed);
    EXPECT_EQ(state_of(id), FlipState::aborted);
    EXPECT_TRUE(flip_view(id).ended_at.has_value());
  }
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::released);
  const auto answer = oper().abort_flip(id, person("too late"));
  ASSERT_TRUE(answer.has_value()) << answer.error().text;
  EXPECT_FALSE(answer->accepted);
  EXPECT_EQ(state_of(id), FlipState::released);
}

}  // namespace
}  // namespace jobflip::test
