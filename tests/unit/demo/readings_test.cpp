#include "demo/readings.hpp"

#include <gtest/gtest.h>

namespace jobflip::demo {
namespace {

constexpr const char* kStatus = R"({"schema":1,"pools":[
 {"pool":"other","owner":{"state":"released","holder":null,"epoch":0,"beat_age_ms":null},
  "nodes":[],"queues":[]},
 {"pool":"mail","owner":{"state":"held","holder":"job1","epoch":42,"beat_age_ms":120},
  "nodes":[{"node":"job1","beat_age_ms":120,"ready":true},
           {"node":"job2","beat_age_ms":5000,"ready":true},
           {"node":"job3","beat_age_ms":null,"ready":false},
           {"node":"job4","beat_age_ms":90,"ready":false}],
  "queues":[{"queue":"email","verdict":"STALLED"}]}]})";

TEST(Readings, StatusGivesHolderEpochVerdictAndReadyNodes) {
  const auto pool = parse_status(kStatus, "mail");
  ASSERT_TRUE(pool.has_value()) << pool.error().text;
  EXPECT_EQ(pool->holder, "job1");
  EXPECT_EQ(pool->epoch, 42);
  EXPECT_EQ(pool->beat_age, Millis{120});
  EXPECT_EQ(pool->verdict, "STALLED");
  EXPECT_EQ(pool->ready_nodes, 1);
}

TEST(Readings, StatusOfAReleasedPoolHasNoHolder) {
  const auto pool = parse_status(kStatus, "other");
  ASSERT_TRUE(pool.has_value());
  EXPECT_EQ(pool->holder, "");
  EXPECT_EQ(pool->beat_age, std::nullopt);
}

TEST(Readings, StatusWithoutThePoolOrWithoutSenseIsAnError) {
  EXPECT_FALSE(parse_status(kStatus, "none").has_value());
  EXPECT_FALSE(parse_status("ERROR: no store", "mail").has_value());
  EXPECT_FALSE(parse_status(R"({"pools":[{"pool":"mail"}]})", "mail").has_value());
}

TEST(Readings, HistoryIsTurnedRoundToOldestFirst) {
  const auto moves = parse_history(R"({"schema":1,"history":[
    {"at":"2026-11-23T01:00:05.5Z","pool":"mail","kind":"takeover","flip":null,"from":"job2",
     "to":"job1","outcome":"taken","to_active_ms":40,"to_end_ms":null,"actor":null,"reason":""},
    {"at":"2026-11-23T01:00:00.250000Z","pool":"mail","kind":"flip","flip":1,"from":"job1",
     "to":"job2","outcome":"verified","to_active_ms":310,"to_end_ms":900,"actor":"sup1",
     "reason":"stalled"}]})");
  ASSERT_TRUE(moves.has_value()) << moves.error().text;
  ASSERT_EQ(moves->size(), 2U);
  EXPECT_EQ(moves->at(0).kind, core::HistoryKind::flip);
  EXPECT_EQ(moves->at(0).flip, 1);
  EXPECT_EQ(moves->at(0).to_active, Millis{310});
  EXPECT_EQ(moves->at(0).at, parse_rfc3339("2026-11-23T01:00:00.250000Z"));
  EXPECT_EQ(moves->at(1).flip, std::nullopt);
}

}  // namespace
}  // namespace jobflip::demo
