// Rules that a small mistake could break unnoticed: who leads, what begins a cooldown, and which
// of two timings counts.

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::FlipStepOutcome;
using core::ReleaseOutcome;

constexpr Millis kSlack{100};

TEST_P(StoreContract, WhoNamesTheLeadersEpochDoesNotLeadByThat) {
  const Epoch leader = elect(sup1);
  hold(job1);
  const FlipId id = flip(job2);
  const auto calls_of = [&](const NodeName& name) {
    const core::HoldRecord hold{name, leader, mail, "budget", "3 of 3 used", "{}"};
    const core::VerdictReport report{name, leader, mail, {}};
    const core::FlipOutcome step{name, leader, id, FlipEvent::overdue, ""};
    auto& store = supervisor(name);
    return std::vector{store.record_hold(hold).value(), store.publish(report).value(),
                       store.record_flip_outcome(step).value()};
  };
  const auto asks = [&](const NodeName& name) {
    auto request = automatic_flip_to(job2, leader);
    request.by.supervisor = name;
    return ask_automatic(request).rule;
  };
  EXPECT_EQ(calls_of(sup1), std::vector(3, true));
  EXPECT_EQ(asks(sup1), "flip-in-progress");
  EXPECT_EQ(calls_of(sup2), std::vector(3, false)) << "it does not hold the lease";
  EXPECT_EQ(asks(sup2), "supervisor-late");
  ASSERT_EQ(release(sup1, leader, supervisors), ReleaseOutcome::released);
  EXPECT_EQ(calls_of(sup1), std::vector(3, false)) << "it no longer holds the lease";
  EXPECT_EQ(asks(sup1), "supervisor-late");
}

TEST_P(StoreContract, AManualFlipBeginsNoCooldownHoweverItEnds) {
  const Epoch leader = elect();
  for (const FlipEvent end : {FlipEvent::completed, FlipEvent::not_cured}) {
    const Epoch held = hold(job1);
    const FlipId id = flip(job2);
    const Epoch epoch = carry_out(id, held, FlipState::started);
    ASSERT_TRUE(judge(leader, id, end));
    ASSERT_TRUE(core::has_ended(state_of(id)));
    EXPECT_FALSE(view().cooldown.has_value()) << core::name_of(end);
    ASSERT_EQ(release(job2, epoch), ReleaseOutcome::released);
  }
  hold(job1);
  ASSERT_TRUE(oper().abort_flip(flip(job2), person()).value().changed);
  EXPECT_FALSE(view().cooldown.has_value()) << "aborted";
}

/// A node that used the longer timings when history was lost may be at work for that long.
TEST_P(StoreContract, AShorterFreezeCountsOnceTheLongerOneIsOver) {
  const auto apply = [&](Millis freeze) {
    auto fleet = small_fleet();
    fleet.pools[0].timings.freeze = freeze;
    const auto applied = oper().apply(fleet, person(), false);
    ASSERT_TRUE(applied.has_value()) << applied.error().text;
  };
  const Millis longer{4000};
  apply(longer);
  apply(timings.freeze);
  lose_history();
  ASSERT_TRUE(report(job1).frozen);
  pass(timings.freeze + kSlack);
  EXPECT_TRUE(report(job1).frozen);
  EXPECT_FALSE(report(job1, paper).frozen) << "its freeze was always short";
  pass(longer - timings.freeze);
  EXPECT_FALSE(report(job1).frozen);
}

TEST_P(StoreContract, AFlipFromASilentHolderIsNotOverdueBeforeItsLeaseIsOver) {
  hold(job1);
  const Millis fresh = 2 * timings.beat_every + timings.call_deadline;
  pass(fresh + kSlack);
  const FlipId id = flip(job2);
  pass(timings.beat_every + fresh + kSlack);  // enough for a holder that beats
  EXPECT_FALSE(flip_view(id).overdue);
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::not_yours);
  pass(timings.takeover_after);
  EXPECT_TRUE(flip_view(id).overdue);
  EXPECT_EQ(step(job3, id, FlipEvent::overdue), FlipStepOutcome::done);
}

TEST_P(StoreContract, EachStepOfAFlipIsAnEventOfItsOwn) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::started);
  ASSERT_TRUE(judge(leader, id, FlipEvent::completed));
  const auto events = reader().audit({"mail", 0, 1000});
  ASSERT_TRUE(events.has_value()) << events.error().text;
  std::vector<std::string> steps;
  for (const core::AuditEvent& event : *events)
    if (event.kind == "flip_step" && event.flip == id.value) steps.push_back(event.reason);
  ASSERT_EQ(steps.size(), 5u) << "draining, released, taken, started, verified";
  EXPECT_TRUE(steps[0].starts_with("the old node stops its workers")) << steps[0];
  EXPECT_TRUE(steps[4].starts_with("a job completed on the new node")) << steps[4];
}

}  // namespace
}  // namespace jobflip::test
