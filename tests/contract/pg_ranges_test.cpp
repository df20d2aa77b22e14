// What is inside of the fleet that apply() is given: numbers that no later apply could repair, and
// settings that a program of another version wrote, are refused or kept by name.

#include <gtest/gtest.h>

#include <array>
#include <pqxx/pqxx>

#include "contract/pg_changed_fleet.hpp"
#include "jobflip/config/duration.hpp"

namespace jobflip::test {
namespace {

class PgRanges : public PgChangedFleet {};

TEST_F(PgRanges, NoNumberComesIntoForceThatCannotBeRepairedByAnotherApply) {
  EXPECT_EQ(apply("{pools,mail,hold_down_ms}", "1234"), "");
  for (const std::string field :
       {"beat_every_ms", "call_deadline_ms", "lease_ms", "takeover_after_ms", "freeze_ms",
        "graceful_stop_ms", "drain_timeout_ms", "hold_down_ms", "cooldown_max_ms"})
    for (const std::string value :
         {"9000000000000000000", "1e30", "-1", "1.5", "null", "\"1000\"", "true", "31536000001"})
      EXPECT_NE(apply("{pools,mail," + field + "}", value).find("pool mail: " + field),
                std::string::npos)
          << field << " " << value;
  for (const auto& [path, value, words] : std::vector<std::array<std::string, 3>>{
           {"{pools,mail,clock_rate_bound}", "1e-300", "pool mail: clock_rate_bound is"},
           {"{pools,mail,clock_rate_bound}", "1", "pool mail: clock_rate_bound is"},
           {"{pools,mail,new_ms}", "-1", "pool mail: new_ms is -1; it must be a whole number"},
           {"{pools,mail,new}", "1e30", "pool mail: new is 1"},
           {"{pools,mail,new}", "\"" + std::string(17'000, 'x') + "\"",
            "pool mail: its settings have 1"},
           {"{pools,mail,queues,email,new}", "\"" + std::string(17'000, 'x') + "\"",
            "queue email of pool mail: its settings have 1"},
           {"{pools,mail,queues,email,job_timeout_ms}", "9e18",
            "queue email of pool mail: job_timeout_ms is"},
           {"{pools,mail,candidates,job1}", "1e30", "pool mail: priority of candidate job1 is"},
           {"{pools,mail,queues,email,sample_every_ms}", "9e18",
            "queue email of pool mail: sample_every_ms is"},
           {"{pools,mail,queues,email,enter_after}", "0", "queue email of pool mail: enter_after"},
           {"{pools,mail,queues,email}", "1", "queue email of pool mail is not an object"},
           {"{pools,mail,queues}", "[]", "queues of pool mail is not an object"},
           {"{pools,mail}", "7", "pool mail is not an object"},
           {"{nodes,no such}", "{\"login\": \"x\"}", "node \"no such\": a name has"},
           {"{nodes,job1}", "{\"login\": \"\"}", "node job1: login is"},
           {"{budget,flips}", "1e10", "budget: flips is"},
           {"{budget,window_ms}", "-5", "budget: window_ms is"},
           {"{pools}", "null", "the fleet is not an object of"},
       })
    EXPECT_NE(apply(path, value).find(words), std::string::npos) << path << " " << value;
  const auto again = store_.oper().apply(small_fleet(), {"alice", "test"}, false);
  EXPECT_TRUE(again.has_value()) << again.error().text;
}

/// The fleet without what is at that path.
std::string without(const std::string& fleet, const std::string& path) {
  return fleet + "'::jsonb #- '" + path;
}

TEST_F(PgRanges, WhatSqlNeedsMayNotBeMissingAndWhatItDoesNotKnowMay) {
  const auto fleet = store_.sql("select jobflip.fleet_json()");
  const auto apply_it = [&](const std::string& path) {
    fleet_ = without(fleet, path);
    return apply("{pools,mail,new_setting}", "\"of a newer program\"");
  };
  for (const std::string key : {"beat_every_ms", "lease_ms", "takeover_after_ms", "freeze_ms"})
    EXPECT_NE(apply_it("{pools,mail," + key + "}").find("pool mail: " + key + " is null"),
              std::string::npos)
        << key;
  EXPECT_EQ(apply_it("{pools,mail,hold_down_ms}"), "");
  EXPECT_EQ(store_.sql("select settings ->> 'new_setting' from jobflip_data.pool where name = "
                       "'mail'"),
            "of a newer program");
  const auto pools = store_.reader().snapshot().value().pools;
  ASSERT_FALSE(pools.empty());
  EXPECT_EQ(pools[0].settings.hold_down, core::PoolSettings{}.hold_down);
  EXPECT_EQ(pools[0].settings.candidates.size(), 3u);
}

TEST_F(PgRanges, HoldInTheTablesToo) {
  for (const std::string set :
       {"pool set settings = settings || '{\"beat_every_ms\": 9000000000000000000}'",
        "pool set settings = settings || '{\"cooldown_ms\": -1}'",
        "pool set settings = settings || '{\"hold_down_ms\": 1.5}'",
        "pool set settings = settings || '{\"new_ms\": \"1000\"}'",
        "pool set settings = settings || '{\"new\": 3000000000}'",
        "pool set settings = settings || '{\"workers_fence_every_claim\": \"yes\"}'",
        "pool set settings = settings || jsonb_build_object('new', repeat('x', 17000))",
        "pool set previous_freeze_ms = 9000000000000000000",
        "queue set settings = settings || '{\"job_timeout_ms\": 9000000000000000000}'",
        "queue set settings = settings - 'query'", "budget set window_ms = -1",
        "pool_owner set epoch = 9223372036854775807", "pool_owner set epoch = -1"})
    try {
      store_.sql("update jobflip_data." + set);
      ADD_FAILURE() << set;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("check constraint"), std::string::npos)
          << error.what();
    }
}

TEST_F(PgRanges, OfALengthIsTheOneOfTheFiles) {
  EXPECT_EQ(store_.sql("select pg_get_constraintdef(oid) from pg_constraint where contypid = "
                       "'jobflip.length_ms'::regtype"),
            "CHECK (((VALUE >= 0) AND (VALUE <= '" + std::to_string(config::kDurationMax.count()) +
                "'::bigint)))");
}

}  // namespace
}  // namespace jobflip::test
