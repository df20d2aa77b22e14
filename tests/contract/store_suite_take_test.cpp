// Takes: who may have a lease, and when.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::OwnerState;
using core::ReleaseOutcome;
using core::TakeOutcome;

TEST_P(StoreContract, AFreshPoolIsTakenAtOnce) {
  const auto before = report(job1);
  EXPECT_EQ(before.epoch.value, 0);
  EXPECT_EQ(before.state, OwnerState::released);
  EXPECT_TRUE(before.holder.empty());
  core::TakeRequest request = take_of(job1);
  request.stood_still = Millis{0};
  request.polls = 1;
  const auto reply = take(request);
  EXPECT_EQ(reply.outcome, TakeOutcome::taken) << reply.sentence;
  const auto after = report(job2);
  EXPECT_EQ(after.state, OwnerState::held);
  EXPECT_EQ(after.holder, job1);
  EXPECT_EQ(after.epoch, reply.epoch);
}

TEST_P(StoreContract, TheSameTakeAskedAgainHasTheSameAnswerAndOneEvent) {
  const auto request = take_of(job1);
  const auto events = events_of();
  const auto first = take(request);
  const auto second = take(request);
  EXPECT_EQ(first.outcome, TakeOutcome::taken);
  EXPECT_EQ(second.outcome, TakeOutcome::taken);
  EXPECT_EQ(second.epoch, first.epoch);
  EXPECT_EQ(events_of(), events + 1);
}

TEST_P(StoreContract, ATakeAskedAgainAfterItsLeaseWasReleasedIsNotTakenTwice) {
  const auto request = take_of(job1);
  const auto first = take(request);
  ASSERT_EQ(first.outcome, TakeOutcome::taken);
  ASSERT_EQ(release(job1, first.epoch), ReleaseOutcome::released);
  EXPECT_NE(take(request).outcome, TakeOutcome::taken);
  EXPECT_EQ(report(job2).state, OwnerState::released);
}

TEST_P(StoreContract, OfTwoThatTakeAFreePoolOneComesTooLate) {
  const auto one = take_of(job1);
  const auto two = take_of(job2);
  EXPECT_EQ(take(one).outcome, TakeOutcome::taken);
  EXPECT_EQ(take(two).outcome, TakeOutcome::moved);
}

TEST_P(StoreContract, AHolderThatBeatsWhileATakeIsUnderWayKeepsItsLease) {
  const Epoch epoch = hold(job1);
  pass(timings.takeover_after + Millis{50});
  const auto request = take_of(job2);
  beat(job1, {{mail, epoch}});
  EXPECT_EQ(take(request).outcome, TakeOutcome::moved);
  EXPECT_EQ(report(job2).holder, job1);
}

TEST_P(StoreContract, EachPartOfTheTripleIsCompared) {
  hold(job1);
  pass(timings.takeover_after + Millis{50});
  auto other_incarnation = take_of(job2);
  other_incarnation.incarnation = fresh();
  EXPECT_EQ(take(other_incarnation).outcome, TakeOutcome::moved);
  auto other_epoch = take_of(job2);
  ++other_epoch.epoch.value;
  EXPECT_EQ(take(other_epoch).outcome, TakeOutcome::moved);
  auto other_beat = take_of(job2);
  ++other_beat.lease_beat.value;
  EXPECT_EQ(take(other_beat).outcome, TakeOutcome::moved);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, ASilentHolderIsReplacedAfterTakeoverAfterOnBothClocks) {
  const Epoch first = hold(job1);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::not_expired);  // the store's clock
  pass(timings.takeover_after + Millis{50});
  auto hasty = take_of(job2);
  hasty.stood_still = timings.takeover_after - Millis{1};
  EXPECT_EQ(take(hasty).outcome, TakeOutcome::not_expired);
  auto blinking = take_of(job2);
  blinking.polls = 2;
  EXPECT_EQ(take(blinking).outcome, TakeOutcome::not_expired);
  const auto taken = take(take_of(job2));
  EXPECT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  EXPECT_GT(taken.epoch, first);
}

TEST_P(StoreContract, AWatchThreeTimesAsLongWaivesTheStoresClock) {
  hold(job1);
  auto request = take_of(job2);
  request.stood_still = 3 * timings.takeover_after - Millis{1};
  EXPECT_EQ(take(request).outcome, TakeOutcome::not_expired);
  request.stood_still += Millis{1};
  EXPECT_EQ(take(request).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, TheHolderOfRecordWithNoWorkerTakesAgainAtOnce) {
  const Epoch old = hold(job1);
  auto request = take_of(job1);
  request.confirmed_empty = true;
  request.stood_still = Millis{0};
  request.polls = 1;
  const auto taken = take(request);
  EXPECT_EQ(taken.outcome, TakeOutcome::taken) << taken.sentence;
  EXPECT_GT(taken.epoch, old);
}

TEST_P(StoreContract, ConfirmedEmptyOfAnotherNodeIsWorthNothing) {
  hold(job1);
  auto request = take_of(job2);
  request.confirmed_empty = true;
  request.stood_still = Millis{0};
  EXPECT_EQ(take(request).outcome, TakeOutcome::not_expired);
}

TEST_P(StoreContract, ANodeThatIsNotACandidateTakesNothing) {
  auto request = take_of(job1);
  const auto reply = beat(stranger);
  request.node = stranger;
  request.incarnation = reply.incarnation;
  EXPECT_EQ(take(request).outcome, TakeOutcome::not_candidate);
}

TEST_P(StoreContract, ADrainedNodeTakesNothing) {
  ASSERT_TRUE(oper().drain(job1, true, person("disk")).has_value());
  EXPECT_TRUE(report(job1).drained);
  EXPECT_FALSE(report(job2).drained);
  EXPECT_EQ(take(take_of(job1)).outcome, TakeOutcome::drained);
  ASSERT_TRUE(oper().drain(job1, false, person("fixed")).has_value());
  EXPECT_EQ(take(take_of(job1)).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, PauseStopsTheTakeoverOfASilentHolderAndNothingElse) {
  ASSERT_TRUE(oper().pause(mail, Millis{60'000}, person("upgrade")).has_value());
  const Epoch epoch = hold(job1);  // a free pool can be taken
  EXPECT_TRUE(report(job2).paused);
  EXPECT_FALSE(report(job2, paper).paused);
  pass(timings.takeover_after + Millis{50});
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::paused);
  auto again = take_of(job1);
  again.confirmed_empty = true;
  EXPECT_EQ(take(again).outcome, TakeOutcome::taken);
  EXPECT_GT(report(job2).epoch, epoch);
  pass(timings.takeover_after + Millis{50});
  ASSERT_TRUE(oper().pause(mail, std::nullopt, person("done")).has_value());
  EXPECT_FALSE(report(job2).paused);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, APauseEndsByItself) {
  ASSERT_TRUE(oper().pause(mail, Millis{100}, person()).has_value());
  EXPECT_TRUE(report(job2).paused);
  pass(Millis{150});
  EXPECT_FALSE(report(job2).paused);
}

TEST_P(StoreContract, ObserveModeStopsTakeoversToo) {
  core::Fleet fleet = small_fleet();
  fleet.pools[0].mode = core::PoolMode::observe;
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  hold(job1);
  pass(timings.takeover_after + Millis{50});
  EXPECT_TRUE(report(job2).paused);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::paused);
}

TEST_P(StoreContract, AManualFlipTakesOverFromASilentHolderInAPause) {
  hold(job1);
  ASSERT_TRUE(oper().pause(mail, Millis{60'000}, person()).has_value());
  pass(timings.takeover_after + Millis{50});
  const FlipId id = flip(job2);
  EXPECT_EQ(take(take_of(job3)).outcome, TakeOutcome::paused);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
  EXPECT_EQ(state_of(id), core::FlipState::taken);
}

}  // namespace
}  // namespace jobflip::test
