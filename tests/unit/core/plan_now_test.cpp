#include "jobflip/core/plan_now.hpp"

#include <gtest/gtest.h>

#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

/// Stalled for longer than it is held down, while sup1 leads.
Snapshot stalled_fleet() {
  auto fleet = led_fleet();
  fleet.pools[0].queues = {
      {QueueName::of("email"), "STALLED", "no activity", 31s, 1s, std::nullopt}};
  return fleet;
}

const GateResult& gate_of(const FlipPlan& plan, Rule rule) {
  return plan.gates.at(static_cast<std::size_t>(rule));
}

TEST(PlanNow, AStalledPoolWouldFlipByItself) {
  const auto fleet = stalled_fleet();
  const auto plan = plan_automatic(fleet, fleet.pools[0]);
  EXPECT_TRUE(plan.allowed());
  EXPECT_EQ(plan.target, NodeName::of("job2"));
}

TEST(PlanNow, TheCauseThatTheSupervisorPublishedIsAGate) {
  auto fleet = stalled_fleet();
  auto& reason = fleet.pools[0].queues[0].reason;
  reason = "no activity; cause: crash loop: its workers on job1 ended 7 times";
  auto plan = plan_automatic(fleet, fleet.pools[0]);
  EXPECT_TRUE(plan.allowed());
  EXPECT_EQ(gate_of(plan, Rule::cause).text, "crash loop: its workers on job1 ended 7 times");
  reason += ", as on job2; a flip would not help";
  plan = plan_automatic(fleet, fleet.pools[0]);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.first_block()->rule, Rule::cause);
  fleet.pools[0].queues[0].sample_age = 10min;
  EXPECT_TRUE(gate_of(plan_automatic(fleet, fleet.pools[0]), Rule::cause).allows) << "it is stale";
}

TEST(PlanNow, NoneIsMadeBeforeTheSupervisorWantsOne) {
  auto fleet = stalled_fleet();
  auto& reason = fleet.pools[0].queues[0].reason;
  reason =
      "no activity; no flip yet: flips of such a stall did not help: the next one after 48.0s of "
      "it, now 31.0s; 3 jobs may hang";
  auto plan = plan_automatic(fleet, fleet.pools[0]);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.first_block()->rule, Rule::hold_down);
  EXPECT_EQ(plan.first_block()->text,
            "STALLED for 31.0s, 30.0s wanted; no flip yet: flips of such a stall did not help: the "
            "next one after 48.0s of it, now 31.0s");
  reason = "no activity; cause: its workers hang";
  EXPECT_TRUE(plan_automatic(fleet, fleet.pools[0]).allowed());
}

TEST(PlanNow, NobodyKnowsWhetherAFlipHelpsAQueueThatCannotBeRead) {
  auto fleet = stalled_fleet();
  fleet.pools[0].queues[0].verdict = "BLIND";
  const auto plan = plan_automatic(fleet, fleet.pools[0]);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(gate_of(plan, Rule::verdict).text,
            "queue email can't be read, so nobody knows whether a flip would help");
}

TEST(PlanNow, NoneIsMadeWhileNobodyLeads) {
  auto fleet = stalled_fleet();
  ASSERT_TRUE(plan_automatic(fleet, fleet.pools[0]).allowed());
  fleet.supervisors.reset();
  const auto plan = plan_automatic(fleet, fleet.pools[0]);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.first_block()->rule, Rule::supervisor_late);
  EXPECT_EQ(plan.first_block()->text, "no supervisor leads");
}

TEST(PlanNow, AVerdictThatIsStaleIsNone) {
  auto fleet = stalled_fleet();
  ASSERT_TRUE(plan_automatic(fleet, fleet.pools[0]).allowed());
  fleet.pools[0].queues[0].sample_age = 10min;
  const auto plan = plan_automatic(fleet, fleet.pools[0]);
  ASSERT_FALSE(plan.allowed());
  EXPECT_EQ(plan.first_block()->rule, Rule::verdict);
}

TEST(PlanNow, APersonNeedsNoSupervisor) {
  auto fleet = stalled_fleet();
  FlipIntent intent;
  intent.manual = true;
  EXPECT_EQ(gate_of(plan_by_hand(fleet, fleet.pools[0], intent), Rule::supervisor_late).text,
            "the supervisor is on time");
  fleet.supervisors.reset();
  const auto plan = plan_by_hand(fleet, fleet.pools[0], intent);
  EXPECT_TRUE(plan.allowed());
  EXPECT_EQ(gate_of(plan, Rule::supervisor_late).text,
            "no supervisor leads; a flip by hand needs none");
}

TEST(PlanNow, TheLongestFlipHasEveryStepAtItsLongest) {
  PoolSettings settings;
  settings.drain_timeout = 1s;
  settings.timings.takeover_after = 20s;
  settings.start_timeout = 300s;
  settings.verify_timeout = 4000s;
  EXPECT_EQ(longest_flip(settings), 4321s + 10s);
}

}  // namespace
}  // namespace jobflip::core
