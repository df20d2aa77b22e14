/// What gates say when their figures are unusual.
#include <gtest/gtest.h>

#include "jobflip/core/gates.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

struct World {
  PoolView pool = healthy_pool();
  BudgetView budget{};

  GateResult gate(Rule rule) const {
    FlipIntent intent;
    intent.stalled_for = 31s;
    return plan_flip(pool, budget, intent).gates.at(static_cast<std::size_t>(rule));
  }
};

TEST(GateTexts, ABudgetOfNothingIsCalledSo) {
  World world;
  EXPECT_NE(world.gate(Rule::budget).text.find("automatic flips used"), std::string::npos);
  world.budget.settings.flips = 0;
  EXPECT_EQ(world.gate(Rule::budget).text, "the budget is 0: no automatic flips");
}

TEST(GateTexts, ADeploymentPastItsGraceHoldsNoFlip) {
  World world;
  world.pool.deployment = {12, "4.2.1", "ci", 11min, {}, {}};
  EXPECT_TRUE(world.gate(Rule::deployment).allows);
  EXPECT_EQ(world.gate(Rule::deployment).text,
            "deployment 12 of version 4.2.1 began 11m00s ago: it held automatic flips for 10m00s");
  world.pool.deployment.reset();
  EXPECT_EQ(world.gate(Rule::deployment).text, "no deployment is running");
}

}  // namespace
}  // namespace jobflip::core
