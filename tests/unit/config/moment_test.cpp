#include "jobflip/config/moment.hpp"

#include <gtest/gtest.h>

namespace jobflip::config {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_rfc3339("2026-11-27T12:00:00.000000Z");

std::string read(std::string_view text) {
  const auto at = parse_moment(text, kNow);
  return at ? rfc3339(*at).substr(0, 19) : at.error().text;
}

TEST(Moment, IsUtcWhereNothingElseIsSaid) {
  EXPECT_EQ(read("2026-11-27T02:00:00Z"), "2026-11-27T02:00:00");
  EXPECT_EQ(read("2026-11-27 02:00:00Z"), "2026-11-27T02:00:00") << "as jobflip prints it";
  EXPECT_EQ(read("2026-11-27T02:00:00"), "2026-11-27T02:00:00");
  EXPECT_EQ(read("2026-11-27T02:00:00.25Z"), "2026-11-27T02:00:00");
  EXPECT_EQ(read("2026-11-27 02:00"), "2026-11-27T02:00:00");
  EXPECT_EQ(read("2026-11-27T02:00Z"), "2026-11-27T02:00:00");
  EXPECT_EQ(read("2026-11-27"), "2026-11-27T00:00:00");
}

TEST(Moment, MayHaveAnOffset) {
  EXPECT_EQ(read("2026-11-27T02:00:00+01:00"), "2026-11-27T01:00:00");
  EXPECT_EQ(read("2026-11-27T02:00-05:30"), "2026-11-27T07:30:00");
  EXPECT_EQ(read("2026-11-27T02:00:00+00:00"), "2026-11-27T02:00:00");
}

TEST(Moment, MayBeSoLongAgo) {
  EXPECT_EQ(read("2h"), "2026-11-27T10:00:00");
  EXPECT_EQ(read("90m"), "2026-11-27T10:30:00");
  EXPECT_EQ(read("7d"), "2026-11-20T12:00:00");
  EXPECT_EQ(read("1h30m ago"), "2026-11-27T10:30:00");
}

TEST(Moment, IsNothingElse) {
  EXPECT_EQ(read("2026-13-27"), "\"2026-13-27\" is not a time");
  for (const auto* wrong :
       {"2026-11-27T25:00:00Z", "2026-11-27T02:00:00X", "2026-11-27T02:00:00+1:00",
        "2026-11-27T02:00:00+24:00", "2026-11-27T02:00:00Z+01:00", "2026-11-27T", "2026-11-2",
        "2026-11-27T02", "2026-02-30 \x1b[2J", "2026-11-27T02:00:00+01:00Z"})
    EXPECT_NE(read(wrong).find("is not a time"), std::string::npos) << wrong;
  EXPECT_EQ(read("2026-02-30 \x1b[2J"), "\"2026-02-30 \\x1b[2J\" is not a time");
  EXPECT_EQ(read("yesterday"), "\"yesterday\" is not a duration");
  EXPECT_EQ(read("15"), "\"15\" has no unit");
  EXPECT_EQ(read(""), "\"\" is empty");
  EXPECT_EQ(read("400d"), "\"400d\" is longer than 365 days");
  EXPECT_NE(parse_moment("x", kNow).error().hint.find("2026-11-27T02:00:00Z"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::config
