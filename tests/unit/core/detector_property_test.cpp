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

TEST_P(DetectorProperty, AnIdleQueueNeverLeavesIdle) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  Watch watch;
  watch.ticks(12);
  for (int i = 0; i < 500; ++i) {
    move(watch.sample, true);
    watch.sample.runnable = 0;
    watch.sample.unpromoted = static_cast<std::int64_t>(random() % 9);  // future-only jobs too
    ASSERT_EQ(watch.tick(), QueueState::idle);
    ASSERT_FALSE(watch.state.busy_since);
    ASSERT_EQ(watch.quiet, 0s);
  }
}

TEST_P(DetectorProperty, MoreFailuresNeverMakeAStall) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  Watch plain;
  Watch failing;
  int stalls = 0;
  for (int i = 0; i < 1000; ++i) {
    move(plain.sample, true);
    if (i % 200 > 60) plain.sample.done = failing.sample.done;  // long silences
    const auto failed = failing.sample.failed + (chance(10) ? 1 : 0);
    failing.sample = plain.sample;
    failing.sample.failed = failed;
    const QueueState without = plain.tick();
    const QueueState with = failing.tick();
    stalls += without == QueueState::stalled;
    ASSERT_TRUE(with != QueueState::stalled || without == QueueState::stalled) << "tick " << i;
  }
  EXPECT_GT(stalls, 0) << "the walk must reach the state under test";
}

TEST_P(DetectorProperty, ACounterThatFallsIsNeverAStall) {
  SCOPED_TRACE("seed=" + std::to_string(GetParam()));
  Watch watch;
  watch.sample.done = 1'000'000;
  watch.sample.runnable = 5;
  for (int i = 0; i < 500; ++i) {
    if (i % 8 == 0) watch.sample.done -= 1 + static_cast<std::int64_t>(random() % 100);
    ASSERT_NE(watch.tick(), QueueState::stalled) << "tick " << i;
  }
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
