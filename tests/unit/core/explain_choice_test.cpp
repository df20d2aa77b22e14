// Why this candidate and not the other, as the record of a decision says it.

#include <gtest/gtest.h>

#include "jobflip/core/gates.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {
namespace {

struct World {
  PoolView pool = healthy_pool();
  BudgetView budget;
  FlipIntent intent;
};

TEST(Candidates, SayWhatDecidedBetweenThem) {
  World world;
  const auto text = [&](std::size_t nth) {
    return plan_flip(world.pool, world.budget, world.intent).candidates.at(nth).text;
  };
  const auto node = [&](std::size_t nth) -> CandidateView& {
    return world.pool.candidates.at(nth);
  };
  node(1).priority = node(2).priority = 10;
  EXPECT_EQ(text(1), "ready, beat 400ms ago; chosen: priority 10 as job3, and the name decides");
  EXPECT_EQ(text(2),
            "ready, beat 400ms ago; not chosen: priority 10 as job2, and the name decides");
  node(2).priority = 20;
  EXPECT_EQ(text(1), "ready, beat 400ms ago; chosen: priority 10, job3 has 20");
  EXPECT_EQ(text(2), "ready, beat 400ms ago; not chosen: priority 20, job2 has 10");
  node(1).crashes = 3;
  EXPECT_EQ(text(1).substr(text(1).rfind(';')), "; not chosen: a crash loop");
  EXPECT_EQ(text(2), "ready, beat 400ms ago; chosen: job2 is in a crash loop");
  node(1).crashes = 0;
  node(2).ready = false;
  EXPECT_EQ(text(1), "ready, beat 400ms ago; chosen: no other can take over");
  node(2).ready = true;
  world.intent.manual = true;
  world.intent.to = NodeName::of("job3");
  EXPECT_EQ(text(1), "ready, beat 400ms ago; not chosen: job3 was asked for");
  EXPECT_EQ(text(2), "ready, beat 400ms ago; chosen: it was asked for");
}

}  // namespace
}  // namespace jobflip::core
