#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "unit/core/detector_harness.hpp"

namespace jobflip::core {
namespace {

/// Random walks. A failure prints its seed.
class DetectorProperty : public testing::TestWithParam<unsigned> {
 protected:
  std::mt19937 random{GetParam()};
  bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }

  void move(QueueSample& s, bool may_complete) {
    s.runnable = chance(20) ? 0 : static_cast<std::int64_t>(random() % 50);
    s.running = static_cast<std::int64_t>(random() % 4);
    if (chance(50)) s.oldest_runnable = Millis{random() % 600'000};
    if (may_complete && chance(10)) ++s.done;
  }
};

TEST_P(DetectorProperty, AQueueWithoutDueJobsNeverStalls) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  Watch watch;
  watch.ticks(12);
  for (int i = 0; i < 500; ++i) {
    move(watch.sample, true);
    watch.sample.runnable = 0;
    watch.sample.unpromoted = static_cast<std::int64_t>(random() % 9);
    watch.tick();
    ASSERT_FALSE(watch.flip_may_help);
    ASSERT_EQ(watch.quiet, 0s);
  }
}

TEST_P(DetectorProperty, WhatFailsAllTheTimeIsNoStall) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  Watch hung;
  Watch failing;
  int stalls = 0;
  for (int i = 0; i < 1000; ++i) {
    hung.sample.runnable = 1 + i;
    failing.sample.runnable = 1 + i;
    if (i % 4 == 0) failing.sample.failed += 1 + static_cast<std::int64_t>(random() % 3);
    stalls += hung.tick() == QueueState::stalled;
    ASSERT_NE(failing.tick(), QueueState::stalled) << "tick " << i;
  }
  EXPECT_EQ(failing.state.state, QueueState::failing);
  EXPECT_GT(stalls, 900) << "without the failures it is one";
}

TEST_P(DetectorProperty, TheSameSamplesGiveTheSameStates) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  std::vector<QueueSample> samples(1);
  for (int i = 0; i < 500; ++i) {
    samples.push_back(samples.back());
    move(samples.back(), i % 100 < 50);
  }
  const auto replay = [&] {
    Watch watch;
    std::vector<std::pair<QueueState, std::string>> seen;
    for (const auto& sample : samples) {
      const QueueState state = watch.read(sample);
      seen.emplace_back(state, watch.reason);
    }
    return seen;
  };
  EXPECT_EQ(replay(), replay());
}

INSTANTIATE_TEST_SUITE_P(Seeds, DetectorProperty, testing::Range(1U, 21U));

}  // namespace
}  // namespace jobflip::core
