#include "jobflip/core/freshness.hpp"

#include <gtest/gtest.h>

#include "jobflip/core/refusals.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

TEST(Leader, HoldsItsLeaseAndHasSentABeatWithinIt) {
  auto fleet = led_fleet();
  auto& owner = fleet.supervisors->owner;
  owner.beat_age = fleet.supervisors->settings.timings.lease;
  EXPECT_EQ(leading_supervisor(fleet), NodeName::of("sup1"));
  *owner.beat_age += 1ms;
  EXPECT_FALSE(leading_supervisor(fleet));
  owner.beat_age.reset();
  EXPECT_FALSE(leading_supervisor(fleet));
}

TEST(Leader, IsNobodyWhoReleasedItOrNeverWas) {
  auto fleet = led_fleet();
  ASSERT_TRUE(leading_supervisor(fleet));
  fleet.supervisors->owner.state = OwnerState::released;
  EXPECT_FALSE(leading_supervisor(fleet));
  fleet.supervisors.reset();
  EXPECT_FALSE(leading_supervisor(fleet));
}

TEST(Beat, IsFreshForTwoOfThem) {
  const LeaseTimings timings;
  const auto most = beat_fresh_within(timings);
  EXPECT_TRUE(is_fresh(most, timings));
  EXPECT_FALSE(is_fresh(most + 1ms, timings));
  EXPECT_FALSE(is_fresh(std::nullopt, timings));
}

TEST(Pool, IsHeldByItsHolderWhileItIsHeld) {
  auto pool = healthy_pool();
  EXPECT_TRUE(is_held_by(pool, NodeName::of("job1")));
  EXPECT_FALSE(is_held_by(pool, NodeName::of("job2")));
  pool.owner.state = OwnerState::released;
  EXPECT_FALSE(is_held_by(pool, NodeName::of("job1"))) << "it was the last holder";
}

QueueView queue_of(const std::string& name, std::string verdict, Millis verdict_age,
                   Millis sample_age) {
  return {QueueName::of(name), std::move(verdict), "", verdict_age, sample_age, std::nullopt};
}

TEST(Verdict, IsStaleAfterThreeSamplesAndNeverBeforeFiveSeconds) {
  auto pool = healthy_pool();  // a sample every 10 s
  EXPECT_FALSE(is_stale(pool, queue_of("email", "OK", 1s, 30s)));
  EXPECT_TRUE(is_stale(pool, queue_of("email", "OK", 1s, 30s + 1ms)));
  pool.settings.queues[0].sample_every = 100ms;
  EXPECT_FALSE(is_stale(pool, queue_of("email", "OK", 1s, 5s)));
  EXPECT_TRUE(is_stale(pool, queue_of("email", "OK", 1s, 5s + 1ms)));
  EXPECT_TRUE(is_stale(pool, queue_of("unknown", "OK", 1s, 5s + 1ms)));
}

TEST(Stall, LastsAsLongAsTheLongestFreshVerdict) {
  auto pool = healthy_pool();
  EXPECT_FALSE(stalled_for(pool));
  pool.queues = {queue_of("email", "LAGGING", 9min, 1s)};
  EXPECT_FALSE(stalled_for(pool));
  pool.queues.push_back(queue_of("email", "STALLED", 2min, 1s));
  pool.queues.push_back(queue_of("email", "STALLED", 3min, 1s));
  pool.queues.push_back(queue_of("email", "STALLED", 1min, 1s));
  EXPECT_EQ(stalled_for(pool), 3min);
  pool.queues[2].sample_age = 1h;
  EXPECT_EQ(stalled_for(pool), 2min) << "a stale verdict does not count";
}

}  // namespace
}  // namespace jobflip::core
