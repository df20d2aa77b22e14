#include "jobflip/base/time_text.hpp"

#include <gtest/gtest.h>

namespace jobflip {
namespace {

TEST(TimeText, IsReadAsPostgresqlJobflipAndRfc3339WriteIt) {
  for (const auto* text :
       {"2026-11-27 22:00:00+00", "2026-11-27T22:00:00Z", "2026-11-27 22:00:00Z",
        "2026-11-27 22:00:00", "2026-11-27T22:00:00.000000Z", "2026-11-27 22:00:00.0+00:00"}) {
    const auto at = parse_utc_time(text);
    ASSERT_TRUE(at.has_value()) << text;
    EXPECT_EQ(rfc3339(*at), "2026-11-27T22:00:00.000000Z") << text;
  }
  EXPECT_EQ(rfc3339(parse_utc_time("2026-11-27 22:00:00.123456789+00").value()),
            "2026-11-27T22:00:00.123456Z");
}

TEST(TimeText, IsNothingElse) {
  for (const auto* text :
       {"", "2026-11-27", "2026-11-27 22:00", "2026-13-27 22:00:00", "2026-02-30 22:00:00",
        "2026-11-27 24:00:00", "2026-11-27 -1:00:00", "-026-11-27 22:00:00", "0000-01-01 00:00:00",
        "2026-11-27 22:00:00+02", "2026-11-27 22:00:00 Z", "2026-11-27x22:00:00",
        "2026-11-27 22:00:00.5x", "12026-11-27 22:00:00"})
    EXPECT_FALSE(parse_utc_time(text).has_value()) << text;
}

}  // namespace
}  // namespace jobflip
