// Reports about a flip that reach the store long after they were sent: the call was given up, and
// a server that had been frozen continued it.

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::FlipStepOutcome;
using core::TakeOutcome;

constexpr Millis kSlack{100};

TEST_P(StoreContract, AStartReportedAfterItsLeaseRanOutIsLateAndTheFlipWasNotStarted) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  const Epoch first = carry_out(id, held, FlipState::taken);
  pass(timings.lease + kSlack);
  EXPECT_EQ(step(job2, id, FlipEvent::started, first), FlipStepOutcome::late);
  EXPECT_EQ(state_of(id), FlipState::taken);
  EXPECT_FALSE(flip_view(id).started_at.has_value());
  beat(job2, {{mail, first}});  // under the same lease, whose holder is heard of again
  EXPECT_EQ(step(job2, id, FlipEvent::started, first), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::started);
}

TEST_P(StoreContract, AStartUnderAnEarlierLeaseIsLateHoweverAliveTheLeaseIs) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  const Epoch first = carry_out(id, held, FlipState::taken);
  auto again = take_of(job2);
  again.confirmed_empty = true;
  const auto taken = take(again);
  ASSERT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  beat(job2, {{mail, taken.epoch}});
  for (const FlipEvent event : {FlipEvent::started, FlipEvent::start_failed})
    EXPECT_EQ(step(job2, id, event, first), FlipStepOutcome::late) << core::name_of(event);
  EXPECT_EQ(state_of(id), FlipState::taken);
  EXPECT_EQ(step(job2, id, FlipEvent::started, taken.epoch), FlipStepOutcome::done);
}

/// It sends beats and no longer renews: its beats do not stand for its workers.
TEST_P(StoreContract, AStartOfALeaseThatIsNotRenewedIsLate) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  const Epoch epoch = carry_out(id, held, FlipState::taken);
  pass(timings.lease + kSlack);
  beat(job2);
  EXPECT_EQ(step(job2, id, FlipEvent::started, epoch), FlipStepOutcome::late);
}

TEST_P(StoreContract, ADrainReportedAfterItsLeaseRanOutIsLate) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  pass(timings.lease + kSlack);
  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun, held), FlipStepOutcome::late);
  EXPECT_EQ(state_of(id), FlipState::requested);
  beat(job1, {{mail, held}});
  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun, Epoch{held.value - 1}), FlipStepOutcome::late);
  EXPECT_EQ(step(job1, id, FlipEvent::drain_begun, held), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::draining);
}

/// The lease may be released, or run out, before the report arrives. The report is still true.
TEST_P(StoreContract, AFailedStartMayBeReportedAtAnyTime) {
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  const Epoch epoch = carry_out(id, held, FlipState::taken);
  pass(timings.lease + kSlack);
  EXPECT_EQ(step(job2, id, FlipEvent::start_failed, epoch), FlipStepOutcome::done);
  EXPECT_EQ(state_of(id), FlipState::failed);
}

}  // namespace
}  // namespace jobflip::test
