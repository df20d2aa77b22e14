#include "jobflip/backtest/spacing.hpp"

#include <gtest/gtest.h>

namespace jobflip::backtest {
namespace {

using namespace std::chrono_literals;

std::optional<Millis> median_of(const std::vector<Millis>& times) {
  Spacing spacing;
  for (const Millis at : times) spacing.add(at);
  return spacing.median();
}

TEST(Spacing, IsTheMedianWhateverIsMissing) {
  EXPECT_EQ(median_of({0s, 30s, 60s, 90s, 4000s, 4030s}), 30s);
}

TEST(Spacing, IsRoundedAsAPersonWouldWriteIt) {
  EXPECT_EQ(median_of({0ms, 300'412ms, 600'700ms, 901'001ms}), 300s);
  EXPECT_EQ(median_of({0ms, 997ms, 2001ms, 2996ms}), 1s);
  EXPECT_EQ(median_of({0ms, 1ms, 2ms}), 50ms);
}

TEST(Spacing, IsNotKnownFromASingleTime) {
  EXPECT_FALSE(median_of({}));
  EXPECT_FALSE(median_of({5s}));
  EXPECT_FALSE(median_of({5s, 5s}));
}

TEST(Spacing, IsFarFromASettingThatIsHalfAsLongAgain) {
  EXPECT_FALSE(is_far_from(10s, 10s));
  EXPECT_FALSE(is_far_from(10s, 12s));
  EXPECT_TRUE(is_far_from(10s, 30s));
  EXPECT_TRUE(is_far_from(30s, 10s));
}

}  // namespace
}  // namespace jobflip::backtest
