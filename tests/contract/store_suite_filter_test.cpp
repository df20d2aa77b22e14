// What the filters of history, audit list and events select, and the last flip of each pool.

#include <algorithm>

#include "contract/filter_contract.hpp"

namespace jobflip::test {
namespace {

TEST_P(FilterContract, EventsAreThoseThatFitAndNoOthers) {
  const auto all = events({});
  const auto expect_those = [&](const core::EventFilter& filter, auto fits) {
    const auto found = events(filter);
    EXPECT_FALSE(found.empty());
    EXPECT_EQ(static_cast<std::ptrdiff_t>(found.size()), std::ranges::count_if(all, fits));
    EXPECT_TRUE(std::ranges::all_of(found, fits));
  };
  expect_those(by(&core::EventFilter::kind, "paused"),
               [](const auto& e) { return e.kind == "paused"; });
  expect_those(by(&core::EventFilter::node, "job3"),
               [](const auto& e) { return e.node == "job3"; });
  expect_those(by(&core::EventFilter::actor, "bob"),
               [](const auto& e) { return e.actor == "bob"; });
  expect_those(by(&core::EventFilter::actor, "job2"),
               [](const auto& e) { return e.session_user == "job2"; });
  expect_those(by(&core::EventFilter::flip, carried_out_),
               [&](const auto& e) { return e.flip == carried_out_.value; });
  const auto latest = std::ranges::max(all, {}, &core::AuditEvent::at).at;
  expect_those(by(&core::EventFilter::since, latest),
               [&](const auto& e) { return e.at >= latest; });
  expect_those(by(&core::EventFilter::until, latest), [&](const auto& e) { return e.at < latest; });
  EXPECT_TRUE(events(by(&core::EventFilter::kind, "no such kind")).empty());
  EXPECT_EQ(events(by(&core::EventFilter::kind, "paused"), "paper").size(), 1u);
}

TEST_P(FilterContract, TheLimitCountsWhatFits) {
  const auto pages = reader().audit({.chain = "",
                                     .limit = 1,
                                     .newest_first = true,
                                     .filter = by(&core::EventFilter::actor, "bob")});
  ASSERT_EQ(pages->size(), 1u) << "though others are newer";
  EXPECT_EQ(pages->front().chain, "paper");
  const auto history = reader().history({mail, 1, by(&core::EventFilter::kind, "take")});
  ASSERT_EQ(history->size(), 1u);
  EXPECT_EQ(history->front().kind, core::HistoryKind::take);
}

TEST_P(FilterContract, HistoryHasTheMovesOfANodeAtEitherEnd) {
  for (const std::string node : {"job1", "job2"}) {
    const auto found = entries(by(&core::EventFilter::node, node));
    EXPECT_EQ(std::ranges::count(found, core::HistoryKind::flip, &core::HistoryEntry::kind), 1)
        << node;
    for (const auto& entry : found) EXPECT_TRUE(entry.from == node || entry.to == node);
  }
  EXPECT_TRUE(entries(by(&core::EventFilter::node, "job3")).empty());
}

TEST_P(FilterContract, HistoryHasTheKindTheFlipAndTheTime) {
  const auto all = entries({});
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(entries(by(&core::EventFilter::kind, "flip")).size(), 1u);
  EXPECT_EQ(entries(by(&core::EventFilter::kind, "take")).size() + 1, all.size());
  EXPECT_TRUE(entries(by(&core::EventFilter::kind, "takeover")).empty());
  const auto flips = entries(by(&core::EventFilter::flip, carried_out_));
  ASSERT_EQ(flips.size(), 1u);
  EXPECT_EQ(flips[0].flip, carried_out_);
  EXPECT_EQ(entries(by(&core::EventFilter::actor, flips[0].actor)).size(), 1u);
  EXPECT_TRUE(entries(by(&core::EventFilter::until, all.back().at)).empty());
  EXPECT_EQ(entries(by(&core::EventFilter::since, all.back().at)).size(), all.size());
  EXPECT_TRUE(entries(by(&core::EventFilter::since, all.front().at + Millis{1})).empty());
}

TEST_P(FilterContract, HistoryOfATimeBeginsWithItAndEndsBeforeIt) {
  const auto at = entries({}).front().at;
  const auto flips = [&](const core::EventFilter& filter) {
    return std::ranges::count(entries(filter), core::HistoryKind::flip, &core::HistoryEntry::kind);
  };
  EXPECT_EQ(flips(by(&core::EventFilter::since, at)), 1);
  EXPECT_EQ(flips(by(&core::EventFilter::until, at)), 0);
}

TEST_P(FilterContract, TheNewestOfAllChainsIsTheOneOfTheLatestTime) {
  const auto newest = reader().audit({.chain = "", .limit = 1, .newest_first = true}).value();
  EXPECT_EQ(newest.at(0).at, std::ranges::max(events({}), {}, &core::AuditEvent::at).at);
}

TEST_P(FilterContract, HistoryOfAPoolHasNoOther) {
  ASSERT_TRUE(oper().pause(paper, std::nullopt, person()).has_value());
  hold(job1, paper);
  core::HistoryQuery query{paper, 100, by(&core::EventFilter::node, "job1")};
  const auto found = reader().history(query).value();
  EXPECT_FALSE(found.empty());
  for (const auto& entry : found) EXPECT_EQ(entry.pool, paper);
}

TEST_P(FilterContract, HistoryHasWhatALoginDid) {
  const auto takes = entries(by(&core::EventFilter::actor, "job1"));
  EXPECT_FALSE(takes.empty());
  for (const auto& entry : takes) EXPECT_EQ(entry.kind, core::HistoryKind::take);
}

TEST_P(FilterContract, OfSeveralFlipsTheNewestIsTheLast) {
  EXPECT_TRUE(judge(elect(), carried_out_, core::FlipEvent::completed));
  beat(job1);
  pass(Millis{5});
  const auto newer = flip(job1);
  EXPECT_EQ(view().last_flip->id, newer);
  const auto newest = reader().history({mail, 1, by(&core::EventFilter::kind, "flip")}).value();
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].flip, newer);
}

TEST_P(FilterContract, TheLastFlipOfAPoolIsInItsView) {
  EXPECT_FALSE(view(paper).last_flip.has_value());
  ASSERT_TRUE(view().last_flip.has_value());
  EXPECT_EQ(view().last_flip->id, carried_out_);
  EXPECT_EQ(view().last_flip->state, core::FlipState::started);
  EXPECT_EQ(view().last_flip->reason, flip_view(carried_out_).reason);
}

}  // namespace
}  // namespace jobflip::test
