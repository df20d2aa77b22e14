/// The checker is checked: each violation that it is there for is found, and what is lawful is not.
#include "faults/evidence.hpp"

#include <gtest/gtest.h>

namespace jobflip::faults {
namespace {

Findings overlaps(const std::vector<Holding>& holdings, const std::vector<Freeze>& freezes = {}) {
  Findings findings;
  check_overlaps(holdings, freezes, findings);
  return findings;
}

TEST(FaultEvidence, OneAfterTheOtherIsNoOverlap) {
  EXPECT_TRUE(overlaps({{"job1", 5, 1, {10, 20, 30}}, {"job2", 6, 2, {31, 40}}}).clean());
}

TEST(FaultEvidence, TwoNodesAtOnceAreAnOverlap) {
  const auto found = overlaps({{"job1", 5, 1, {10, 20, 30}}, {"job2", 6, 2, {30, 40}}});
  ASSERT_EQ(found.overlaps.size(), 1u);
  EXPECT_NE(found.overlaps[0].find("job1 under epoch 5"), std::string::npos);
}

TEST(FaultEvidence, OneInsideTheOthersPauseIsAnOverlap) {
  EXPECT_EQ(overlaps({{"job1", 5, 1, {10, 100}}, {"job2", 6, 2, {40, 50}}}).overlaps.size(), 1u);
}

TEST(FaultEvidence, OneNodeUnderTwoEpochsAtOnceIsAnOverlap) {
  EXPECT_EQ(overlaps({{"job1", 5, 1, {10, 30}}, {"job1", 6, 2, {20, 40}}}).overlaps.size(), 1u);
}

TEST(FaultEvidence, WorkersOfOneLeaseMayRunBesideEachOther) {
  EXPECT_TRUE(overlaps({{"job1", 5, 1, {10, 30}}, {"job1", 5, 2, {20, 40}}}).clean());
}

TEST(FaultEvidence, WhatAFrozenHostDidAfterItWokeIsCountedApart) {
  const std::vector<Holding> both{{"job1", 5, 1, {10, 20, 101, 102}}, {"job2", 6, 2, {50, 200}}};
  const auto found = overlaps(both, {{"job1", 100, 110}});
  EXPECT_TRUE(found.clean());
  EXPECT_EQ(found.woken_moments, 2);
  EXPECT_EQ(overlaps(both, {{"job1", 100, 102}}).overlaps.size(), 1u) << "too long after it woke";
  EXPECT_EQ(overlaps(both, {{"job2", 100, 110}}).overlaps.size(), 1u) << "another host";
}

TEST(FaultEvidence, EpochsOfCommitsNeverGoBack) {
  Findings good;
  check_commits({{"job1", 5}, {"job1", 5}, {"job2", 9}, {"job1", 12}}, good);
  EXPECT_TRUE(good.clean());
  Findings stale;
  check_commits({{"job1", 5}, {"job2", 9}, {"job1", 5}}, stale);
  EXPECT_EQ(stale.stale_commits.size(), 1u);
  Findings shared;
  check_commits({{"job1", 5}, {"job2", 5}}, shared);
  EXPECT_EQ(shared.stale_commits.size(), 1u);
}

TEST(FaultEvidence, EachEpochWasTakenOnceByWhoWorkedUnderIt) {
  const std::vector<Holding> worked{{"job1", 5, 1, {10}}, {"job2", 6, 2, {20}}};
  const auto found = [&](const std::vector<Take>& takes, bool history_was_lost = false) {
    Findings findings;
    check_takes(worked, takes, history_was_lost, findings);
    return findings.unrecorded.size();
  };
  EXPECT_EQ(found({{"job1", 5}, {"job2", 6}}), 0u);
  EXPECT_EQ(found({{"job1", 5}}), 1u) << "unrecorded";
  EXPECT_EQ(found({{"job1", 5}}, true), 0u) << "lost with a promotion";
  EXPECT_EQ(found({{"job1", 5}, {"job1", 6}}, true), 1u) << "by another";
  EXPECT_EQ(found({{"job1", 5}, {"job2", 6}, {"job3", 6}}), 1u) << "twice";
}

TEST(FaultEvidence, AFileIsReadUpToALineThatAKillCutShort) {
  const auto holding = parse_holding("f", "job1 5 77\n100\n200\n30");
  EXPECT_EQ(holding.node, "job1");
  EXPECT_EQ(holding.epoch, 5);
  EXPECT_EQ(holding.moments, (std::vector<std::int64_t>{100, 200}));
  EXPECT_TRUE(parse_holding("f", "job1 5").moments.empty());
  EXPECT_THROW(parse_holding("f", "what is this\n"), std::runtime_error);
  EXPECT_THROW(parse_holding("f", "job1 5 77\n200\n100\n"), std::runtime_error) << "back in time";
}

}  // namespace
}  // namespace jobflip::faults
