/// Rows of a span of time, read in several calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/month_pages.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

/// Rows of each second, the newest first; several in some.
std::vector<WallTime> rows_before(WallTime until, std::int64_t seconds, std::int64_t each) {
  std::vector<WallTime> out;
  for (auto second = seconds; second-- > 0;)
    for (std::int64_t i = 0; i < each; ++i) {
      const WallTime at{std::chrono::seconds{second}};
      if (at < until && std::ssize(out) < kRowsOfCall) out.push_back(at);
    }
  return out;
}

TEST(MonthPages, ReadEveryRowOnce) {
  for (const std::int64_t each : {1, 3, 7}) {
    for (const std::int64_t seconds : {100, 3'000, 10'000}) {
      std::vector<WallTime> out;
      const auto left_out = read_newest(
          WallTime{100'000s}, 15'000,
          [&](WallTime until) -> Result<std::vector<WallTime>> {
            return rows_before(until, seconds, each);
          },
          [](WallTime at) { return at; }, out);
      ASSERT_TRUE(left_out);
      EXPECT_EQ(std::ssize(out) + *left_out, seconds * each);
      EXPECT_LE(out.size(), 15'000u);
      EXPECT_TRUE(std::ranges::is_sorted(out, std::greater{}));
    }
  }
}

TEST(MonthPages, EndIfAMomentHasMoreRowsThanACallReturns) {
  std::vector<WallTime> out;
  const auto left_out = read_newest(
      WallTime{100s}, 1'000'000,
      [&](WallTime until) -> Result<std::vector<WallTime>> {
        return rows_before(until, 2, 20'000);
      },
      [](WallTime at) { return at; }, out);
  ASSERT_TRUE(left_out);
  EXPECT_EQ(out.size(), 2u * kRowsOfCall) << "the others of each moment can't be told apart";
}

}  // namespace
}  // namespace jobflip::cli
