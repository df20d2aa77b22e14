/// The figures of a post-mortem.
#include "report/figures.hpp"

#include <gtest/gtest.h>

#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using core::WorkersEnd;

TEST(PostmortemFigures, AreDifferencesOfStages) {
  const auto figures = figures_of(full_facts());
  EXPECT_EQ(figures.standstill, Millis{95s});
  EXPECT_EQ(figures.detection_delay, Millis{60s});
  EXPECT_EQ(figures.decision_delay, Millis{30s});
  EXPECT_EQ(figures.flip_time, Millis{3s});
  EXPECT_EQ(figures.to_first_job, Millis{2s});
  EXPECT_EQ(figures.recovery_time, Millis{55s});
  EXPECT_EQ(figures.whole, Millis{150s});
  EXPECT_EQ(figures.most_waiting, 193);
  EXPECT_EQ(figures.longest_wait, Millis{95s});
  EXPECT_EQ(figures.in_flight, 2);
  EXPECT_EQ(figures.maybe_twice, 2);
}

TEST(PostmortemFigures, AreAbsentIfNobodyKnows) {
  auto facts = full_facts();
  facts.incident.stages.clear();
  facts.flips[0].left_behind.reset();
  const auto figures = figures_of(facts);
  EXPECT_FALSE(figures.standstill);
  EXPECT_FALSE(figures.whole);
  EXPECT_FALSE(figures.in_flight);
  EXPECT_FALSE(figures.maybe_twice);
}

TEST(MaybeTwice, DependsOnHowTheWorkersEnded) {
  auto flip = full_facts().flips[0];
  EXPECT_EQ(maybe_twice(flip), 2) << "killed";
  flip.left_behind->workers = WorkersEnd::drained;
  EXPECT_EQ(maybe_twice(flip), 0);
  flip.left_behind->workers = WorkersEnd::unknown;
  EXPECT_EQ(maybe_twice(flip), 2) << "released, and nobody saw how";
  flip.steps[2].state = "expired";
  EXPECT_EQ(maybe_twice(flip), 2) << "the node went silent";
  flip.steps.resize(2);
  flip.flip.takeover = true;
  EXPECT_EQ(maybe_twice(flip), 2) << "nobody saw how they ended";
  flip.flip.takeover = false;
  EXPECT_EQ(maybe_twice(flip), std::nullopt) << "they still run";
}

TEST(PostmortemFigures, SumTheJobsOfSeveralFlips) {
  auto facts = full_facts();
  facts.flips.push_back(facts.flips[0]);
  facts.flips[1].left_behind->workers = WorkersEnd::drained;
  EXPECT_EQ(figures_of(facts).in_flight, 4);
  EXPECT_EQ(figures_of(facts).maybe_twice, 2);
  facts.flips[0].flip.from = {};
  EXPECT_EQ(figures_of(facts).in_flight, 2) << "nobody held the pool: nothing ran";
}

TEST(PostmortemFigures, CallItCuredByTheLastFlipOnly) {
  auto facts = full_facts();
  EXPECT_TRUE(is_cured(facts));
  facts.flips.push_back(facts.flips[0]);
  facts.flips[1].flip.state = core::FlipState::ineffective;
  EXPECT_FALSE(is_cured(facts));
  facts.flips.clear();
  EXPECT_FALSE(is_cured(facts));
}

}  // namespace
}  // namespace jobflip::report
