// What happens to a flip whose target loses the lease and takes it again, and to one that is
// refused.

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

/// The state after a store outage during which its lease ran out.
TEST_P(StoreContract, AFlipWhoseTargetTakesTheLeaseAgainContinues) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::taken);
  for (const FlipState state : {FlipState::taken, FlipState::started}) {
    ASSERT_EQ(state_of(id), state);
    auto again = take_of(job2);
    again.confirmed_empty = true;
    const auto taken = take(again);
    ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
    EXPECT_EQ(taken.flip, id);
    EXPECT_EQ(state_of(id), FlipState::taken);
    EXPECT_EQ(flip_view(id).epoch, taken.epoch);
    EXPECT_FALSE(flip_view(id).overdue);
    EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::done);
    EXPECT_EQ(state_of(id), FlipState::started) << "reported for this start, too";
    EXPECT_EQ(step(job2, id, FlipEvent::started), FlipStepOutcome::done) << "so already";
  }
  const Epoch leader = elect();
  EXPECT_TRUE(judge(leader, id, FlipEvent::completed));
  EXPECT_EQ(state_of(id), FlipState::verified);
}

TEST_P(StoreContract, AFlipThatStartedIsNeverCalledFailed) {
  for (const core::FlipTransition& row : core::kFlipTable) {
    if (row.from == FlipState::started) {
      EXPECT_NE(row.to, FlipState::failed) << core::name_of(row.event);
    }
  }
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::started);
  pass(timings.takeover_after + kSlack);
  ASSERT_EQ(take(take_of(job3)).outcome, TakeOutcome::taken);
  EXPECT_EQ(state_of(id), FlipState::unverified);
}

TEST_P(StoreContract, AHostThatBeatsIsNotOffRegardlessOfWhatItRenews) {
  hold(job1);
  beat(job2);
  pass(2 * timings.beat_every + timings.call_deadline + kSlack);
  beat(job1);  // for example a node whose worker sleeps in the kernel: it no longer renews
  beat(job2);
  auto request = flip_to(job2);
  request.host_is_off = true;
  EXPECT_EQ(ask(request).rule, "holder");
  pass(2 * timings.beat_every + timings.call_deadline + kSlack);
  beat(job2);
  request = flip_to(job2);
  request.host_is_off = true;
  EXPECT_TRUE(ask(request).accepted);
}

TEST_P(StoreContract, ARefusedFlipIsRecordedAsItWasAskedAndBeginsNothing) {
  hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.from = job3;
  request.refuse_only = true;
  const auto before = events_of();
  const auto answer = ask(request);
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "holder");
  ASSERT_EQ(events_of(), before + 1);
  const auto events = reader().audit({"mail", before, 1});
  ASSERT_TRUE(events.has_value()) << events.error().text;
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().kind, "flip_refused");
  EXPECT_EQ(events->front().node, "job2");
  EXPECT_EQ(events->front().reason, "a test");
  EXPECT_NE(events->front().payload.find("\"rule\": \"holder\""), std::string::npos);
  EXPECT_NE(events->front().payload.find("\"from\": \"job3\""), std::string::npos);

  request = flip_to(job2);
  request.refuse_only = true;
  const auto open = ask(request);
  EXPECT_FALSE(open.accepted);
  EXPECT_EQ(open.rule, "") << "no rule forbids it";
  EXPECT_FALSE(view().open_flip.has_value());
  EXPECT_EQ(events_of(), before + 1);
  request.refuse_only = false;
  EXPECT_TRUE(ask(request).accepted) << "nothing was recorded under its id";
}

TEST_P(StoreContract, ALeaderLeadsUnderItsCurrentEpochOnly) {
  const Epoch old = elect();
  ASSERT_EQ(release(sup1, old, supervisors), ReleaseOutcome::released);
  const Epoch current = elect();
  hold(job1);
  beat(job2);
  EXPECT_EQ(ask_automatic(automatic_flip_to(job2, old)).rule, "supervisor-late");
  const auto asked = ask_automatic(automatic_flip_to(job2, current));
  ASSERT_TRUE(asked.accepted) << asked.rule;
  const core::HoldRecord late{sup1, old, mail, "budget", "3 of 3 used", "{}"};
  EXPECT_FALSE(supervisor(sup1).record_hold(late).value());
  EXPECT_FALSE(judge(old, asked.flip, FlipEvent::overdue));
  EXPECT_TRUE(judge(current, asked.flip, FlipEvent::overdue));
}

TEST_P(StoreContract, DrainAndUndrainAreOneEventEachAndNothingWhenNothingChanges) {
  const auto kind_of_the_last = [&] {
    const auto seq = events_of("jobflip");
    const auto events = reader().audit({"jobflip", seq - 1, 1});
    return events && !events->empty() ? events->back().kind + " " + events->back().node.value_or("")
                                      : "";
  };
  const auto before = events_of("jobflip");
  EXPECT_FALSE(oper().drain(job2, false, person()).value().changed);
  EXPECT_EQ(events_of("jobflip"), before);
  EXPECT_TRUE(oper().drain(job2, true, person("disk")).value().changed);
  EXPECT_EQ(events_of("jobflip"), before + 1);
  EXPECT_EQ(kind_of_the_last(), "drained job2");
  EXPECT_TRUE(oper().drain(job2, false, person("new disk")).value().changed);
  EXPECT_EQ(events_of("jobflip"), before + 2);
  EXPECT_EQ(kind_of_the_last(), "undrained job2");
}

/// A holder may still use the longer timings.
TEST_P(StoreContract, ShorterTimingsCountOnceTheLongerOnesAreOverAndAreNotForgottenBefore) {
  const auto apply = [&](Millis takeover_after, Millis drain_timeout) {
    auto fleet = small_fleet();
    fleet.pools[0].timings.takeover_after = takeover_after;
    fleet.pools[0].timings.freeze = 3 * takeover_after;
    fleet.pools[0].drain_timeout = drain_timeout;
    const auto applied = oper().apply(fleet, person(), false);
    EXPECT_TRUE(applied.has_value()) << applied.error().text;
  };
  const auto silent_for = [&](Millis length) {
    auto request = take_of(job2);
    request.stood_still = length;
    return take(request).outcome;
  };
  const Millis longer{2500};
  apply(longer, Millis{200});
  hold(job1);
  apply(Millis{820}, Millis{200});
  pass(Millis{1000});
  EXPECT_EQ(silent_for(Millis{1000}), TakeOutcome::not_expired) << "at once";
  apply(Millis{800}, Millis{300});
  pass(Millis{200});
  EXPECT_EQ(silent_for(Millis{1200}), TakeOutcome::not_expired) << "forgotten by the second apply";
  pass(longer + kSlack);
  EXPECT_EQ(silent_for(Millis{1200}), TakeOutcome::taken);
}

/// The holder may fall silent during its drain: its lease must run out before the flip is overdue.
TEST_P(StoreContract, ADrainIsNotOverdueBeforeTheLeaseOfASilentHolderIsOver) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::draining);
  pass(Millis{750});  // drain, stop, kill, two beats and a call
  EXPECT_FALSE(flip_view(id).overdue);
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::not_yours);
  pass(Millis{600});
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::done);
}

}  // namespace
}  // namespace jobflip::test
