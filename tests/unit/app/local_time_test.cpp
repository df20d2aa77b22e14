#include "app/local_time.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace jobflip::app {
namespace {

using namespace std::chrono;

WallTime moment(year_month_day day, hours hour) {
  return sys_days{day} + hour;
}

class LocalTimeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Zurich"))
      GTEST_SKIP() << "tzdata is not installed";
  }
};

TEST_F(LocalTimeTest, KnowsSummerAndWinter) {
  const auto winter = local_time("Europe/Zurich", moment(2026y / 11 / 28, 5h));
  ASSERT_TRUE(winter);
  EXPECT_EQ(winter->ahead, 1h);
  EXPECT_EQ(winter->abbreviation, "CET");
  const auto summer = local_time("Europe/Zurich", moment(2026y / 7 / 1, 5h));
  EXPECT_EQ(summer->ahead, 2h);
  EXPECT_EQ(summer->abbreviation, "CEST");
  EXPECT_EQ(local_time("Asia/Kolkata", moment(2040y / 1 / 1, 0h))->ahead, 5h + 30min);
  EXPECT_EQ(local_time("America/New_York", moment(2026y / 1 / 1, 0h))->ahead, -5h);
}

TEST_F(LocalTimeTest, IsEmptyForWhatIsNoZone) {
  ASSERT_TRUE(local_time("Europe/Zurich", {}));
  for (const char* name :
       {"", "Europe/Zuerich", "/usr/share/zoneinfo/Europe/Zurich", "Europe", "../../../etc/passwd",
        "Europe/../Europe/Zurich", "Europe/Zurich\n", "tzdata.zi", "UTC0;date"})
    EXPECT_FALSE(local_time(name, {})) << name;
  EXPECT_FALSE(local_time(std::string(5000, 'a'), {}));
}

TEST_F(LocalTimeTest, LeavesTheZoneOfTheProcess) {
  ::setenv("TZ", "Asia/Tokyo", 1);
  local_time("Europe/Zurich", {});
  EXPECT_STREQ(std::getenv("TZ"), "Asia/Tokyo");
  ::unsetenv("TZ");
  local_time("Europe/Zurich", {});
  EXPECT_EQ(std::getenv("TZ"), nullptr);
}

}  // namespace
}  // namespace jobflip::app
