#include "store/fleet_json.hpp"

#include <gtest/gtest.h>

#include "jobflip/core/settings_document.hpp"

namespace jobflip::store {
namespace {

core::Fleet fleet() {
  core::Fleet fleet;
  fleet.nodes = {{NodeName::of("job1"), "job1"}, {NodeName::of("job2"), "login \"2\"\n"}};
  fleet.supervisors = {{NodeName::of("sup1"), "sup1"}, {NodeName::of("sup2"), "sup2"}};
  core::PoolSettings pool;
  pool.name = PoolName::of("mail");
  pool.candidates = {{NodeName::of("job1"), 10}, {NodeName::of("job2"), 20}};
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  queue.query = "select\n\t'\\'";
  pool.queues = {queue};
  fleet.pools = {pool};
  return fleet;
}

TEST(FleetJson, IsTheDocumentOfTheFleet) {
  const auto json = fleet_json(fleet());
  ASSERT_TRUE(json.has_value()) << json.error().text;
  EXPECT_EQ(*json, core::fleet_document(fleet()));
}

TEST(FleetJson, TwoThingsOfOneNameAreAnErrorThatNamesIt) {
  const auto refused = [](auto change) {
    auto twice = fleet();
    change(twice);
    const auto json = fleet_json(twice);
    return json.has_error() && json.error().code == ErrorCode::config;
  };
  EXPECT_TRUE(refused([](auto& f) { f.nodes.push_back(f.nodes[0]); }));
  EXPECT_TRUE(refused([](auto& f) { f.supervisors.push_back(f.supervisors[0]); }));
  EXPECT_TRUE(refused([](auto& f) { f.pools.push_back(f.pools[0]); }));
  EXPECT_TRUE(refused([](auto& f) { f.pools[0].queues.push_back(f.pools[0].queues[0]); }));
  EXPECT_TRUE(refused([](auto& f) { f.pools[0].candidates.push_back(f.pools[0].candidates[0]); }));
  EXPECT_TRUE(refused([](auto& f) { f.pools[0].name = PoolName::of(core::kSupervisorPool); }));
}

}  // namespace
}  // namespace jobflip::store
