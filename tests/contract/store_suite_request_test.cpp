// Flips that are requested, and refused by a named rule.

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

TEST_P(StoreContract, TheSameFlipAskedForAgainHasTheSameAnswerAndOneEvent) {
  hold(job1);
  beat(job2);
  const auto request = flip_to(job2);
  const auto events = events_of();
  const auto first = ask(request);
  const auto second = ask(request);
  ASSERT_TRUE(first.accepted) << first.rule << ": " << first.sentence;
  EXPECT_TRUE(second.accepted);
  EXPECT_EQ(second.flip, first.flip);
  EXPECT_EQ(events_of(), events + 2) << "and that of its incident";
}

TEST_P(StoreContract, APoolHasAtMostOneOpenFlip) {
  hold(job1);
  flip(job2);
  beat(job3);
  const auto second = ask(flip_to(job3));
  EXPECT_FALSE(second.accepted);
  EXPECT_EQ(second.rule, "flip-in-progress");
}

TEST_P(StoreContract, AFlipIsRefusedIfFromIsNotTheHolder) {
  hold(job1);
  beat(job3);
  auto request = flip_to(job3);
  request.from = job2;
  const auto answer = ask(request);
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "holder");
  beat(job3);
  request = flip_to(job3);
  request.from = job1;
  EXPECT_TRUE(ask(request).accepted);
}

TEST_P(StoreContract, AFlipIsRefusedIfThePoolHasMovedOn) {
  const Epoch epoch = hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.expected_epoch = Epoch{epoch.value - 1};
  const auto answer = ask(request);
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "epoch");
  beat(job2);
  request = flip_to(job2);
  request.expected_epoch = epoch;
  EXPECT_TRUE(ask(request).accepted);
}

TEST_P(StoreContract, ATargetMustBeALiveReadyCandidateThatIsNeitherDrainedNorTheHolder) {
  const Epoch epoch = hold(job1);
  const auto rule_for = [&](const NodeName& to) {
    beat(job1, {{mail, epoch}});
    const auto answer = ask(flip_to(to));
    EXPECT_FALSE(answer.accepted);
    return answer.rule;
  };
  EXPECT_EQ(rule_for(job3), "target");  // never seen
  beat(stranger);
  EXPECT_EQ(rule_for(stranger), "target");
  EXPECT_EQ(rule_for(job1), "target");  // holds it
  core::BeatRequest unready = beat_of(job2);
  unready.ready = {};
  unready.not_ready_reason = "no such program";
  ASSERT_TRUE(agent(job2).beat(unready).has_value());
  EXPECT_EQ(rule_for(job2), "target");
  ASSERT_TRUE(oper().drain(job2, true, person()).has_value());
  beat(job2);
  EXPECT_EQ(rule_for(job2), "target");
  ASSERT_TRUE(oper().drain(job2, false, person()).has_value());
  beat(job2);
  pass(2 * timings.beat_every + timings.call_deadline + kSlack);
  EXPECT_EQ(rule_for(job2), "target");  // its beat is old
  EXPECT_FALSE(view().open_flip.has_value());
}

TEST_P(StoreContract, AFlipOfAPoolThatIsNotThereIsNotFound) {
  const auto answer = oper().request_flip(flip_to(job2, PoolName::of("nowhere")));
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, AFlipToNobodyIsRefusedAndRecorded) {
  hold(job1);
  beat(job2);
  const auto events = events_of();
  const auto answer = ask(flip_to(NodeName{}));
  EXPECT_FALSE(answer.accepted);
  EXPECT_EQ(answer.rule, "target");
  EXPECT_EQ(events_of(), events + 1);
}

TEST_P(StoreContract, ARefusedFlipIsRecorded) {
  hold(job1);
  const auto events = events_of();
  EXPECT_FALSE(ask(flip_to(job1)).accepted);
  EXPECT_EQ(events_of(), events + 1);
}

TEST_P(StoreContract, AFlipThatIsNotThereIsNotFound) {
  EXPECT_EQ(oper().abort_flip(FlipId{4711}, person()).error().code, ErrorCode::not_found);
  EXPECT_EQ(reader().timeline(FlipId{4711}).error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, ATakeWithoutAFlipIsInTheHistoryAndOneOfAFlipIsNotTwice) {
  const Epoch held = hold(job1);
  auto history = reader().history({mail, 10});
  ASSERT_TRUE(history.has_value()) << history.error().text;
  ASSERT_EQ(history->size(), 1u);
  EXPECT_EQ(history->front().kind, core::HistoryKind::take);
  EXPECT_EQ(history->front().to, "job1");
  EXPECT_EQ(history->front().outcome, "taken");
  beat(job2);
  carry_out(flip(job2), held, core::FlipState::taken);
  history = reader().history({mail, 10});
  ASSERT_TRUE(history.has_value()) << history.error().text;
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ(std::ranges::count(*history, core::HistoryKind::flip, &core::HistoryEntry::kind), 1);
}

TEST_P(StoreContract, AnEndedFlipIsInTheHistoryNewestFirst) {
  hold(job1);
  const FlipId first = flip(job2);
  ASSERT_TRUE(oper().abort_flip(first, person()).has_value());
  pass(Millis{10});
  const FlipId second = flip(job3);
  ASSERT_TRUE(oper().abort_flip(second, person()).has_value());
  const auto history = reader().history({mail, 10});
  ASSERT_TRUE(history.has_value()) << history.error().text;
  std::vector<FlipId> ids;
  for (const core::HistoryEntry& entry : *history)
    if (entry.kind == core::HistoryKind::flip) {
      ids.push_back(entry.flip.value_or(FlipId{}));
      EXPECT_EQ(entry.outcome, "aborted");
      EXPECT_EQ(entry.from, "job1");
      EXPECT_EQ(entry.pool, mail);
      EXPECT_TRUE(entry.to_end.has_value());
      EXPECT_FALSE(entry.to_active.has_value());
    }
  EXPECT_EQ(ids, (std::vector<FlipId>{second, first}));
  EXPECT_EQ(reader().history({mail, 1})->size(), 1u);
}

}  // namespace
}  // namespace jobflip::test
