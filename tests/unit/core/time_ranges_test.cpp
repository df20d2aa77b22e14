/// Sets of moments.
#include "jobflip/core/time_ranges.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

TimeRange range(int from, int to) {
  return {WallTime{Micros{from}}, WallTime{Micros{to}}};
}

TEST(TimeRanges, AreUnitedIfTheyOverlapOrTouch) {
  EXPECT_EQ(united({range(5, 7), range(1, 3), range(2, 4), range(4, 5)}),
            (TimeRanges{range(1, 7)}));
  EXPECT_EQ(united({range(1, 2), range(3, 4)}), (TimeRanges{range(1, 2), range(3, 4)}));
  EXPECT_EQ(united({range(1, 9), range(2, 3)}), (TimeRanges{range(1, 9)})) << "one in another";
  EXPECT_EQ(united({range(3, 1), range(2, 2)}), TimeRanges{}) << "none";
}

TEST(TimeRanges, HaveACommonPart) {
  EXPECT_EQ(common({range(1, 5), range(7, 9)}, {range(3, 8)}),
            (TimeRanges{range(3, 5), range(7, 8)}));
  EXPECT_EQ(common({range(1, 3)}, {range(3, 4)}), TimeRanges{});
  EXPECT_EQ(common({range(1, 9)}, {range(2, 3), range(4, 5)}),
            (TimeRanges{range(2, 3), range(4, 5)}));
}

TEST(TimeRanges, AreTakenAway) {
  EXPECT_EQ(without({range(1, 9)}, {range(2, 3), range(5, 6)}),
            (TimeRanges{range(1, 2), range(3, 5), range(6, 9)}));
  EXPECT_EQ(without({range(1, 4), range(6, 9)}, {range(3, 7)}),
            (TimeRanges{range(1, 3), range(7, 9)}));
  EXPECT_EQ(without({range(2, 3)}, {range(1, 4)}), TimeRanges{});
  EXPECT_EQ(without({range(2, 3)}, {}), (TimeRanges{range(2, 3)}));
}

TEST(TimeRanges, HaveALength) {
  EXPECT_EQ(length_of({range(0, 2'000), range(5'000, 6'500)}), Millis{3});
}

}  // namespace
}  // namespace jobflip::core
