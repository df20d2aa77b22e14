#include "jobflip/base/time.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <limits>

namespace jobflip {
namespace {

TEST(ShortDuration, TheShortestOfAllHasATextToo) {
  EXPECT_EQ(short_duration(Millis::min()), short_duration(-Millis::max()));
}

using namespace std::chrono_literals;

struct Spoken {
  Millis length;
  const char* text;
};

TEST(ShortDuration, NeedsAtMostSevenCharacters) {
  constexpr Spoken kTable[] = {
      {0ms, "0ms"},          {1ms, "1ms"},           {850ms, "850ms"},    {999ms, "999ms"},
      {1000ms, "1.0s"},      {2999ms, "2.9s"},       {59'999ms, "59.9s"}, {60s, "1m00s"},
      {250s, "4m10s"},       {3599'999ms, "59m59s"}, {1h, "1h00m"},       {3h + 5min, "3h05m"},
      {24h - 1ms, "23h59m"}, {24h, "1d00h"},         {52h, "2d04h"},      {999h * 24, "999d00h"},
  };
  for (const auto& [length, text] : kTable) {
    EXPECT_EQ(short_duration(length), text);
    EXPECT_LE(short_duration(length).size(), 7u) << text;
  }
}

TEST(ShortDuration, SaysMinusForWhatIsNegative) {
  EXPECT_EQ(short_duration(-850ms), "-850ms");
  EXPECT_EQ(short_duration(-3h - 5min), "-3h05m");
}

TEST(Rfc3339, IsUtcWithMicroseconds) {
  struct {
    std::int64_t micros;
    const char* text;
  } constexpr kTable[] = {
      {0, "1970-01-01T00:00:00.000000Z"},
      {1, "1970-01-01T00:00:00.000001Z"},
      {-1, "1969-12-31T23:59:59.999999Z"},
      {-1'000'000, "1969-12-31T23:59:59.000000Z"},
      {951'782'400'000'000, "2000-02-29T00:00:00.000000Z"},
      {1'795'403'529'123'456, "2026-11-23T03:12:09.123456Z"},
  };
  for (const auto& [micros, text] : kTable) EXPECT_EQ(rfc3339(WallTime{Micros{micros}}), text);
}

TEST(Rfc3339, DoesNotDependOnTheTimeZoneOfTheMachine) {
  const char* before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TZ", "Australia/Lord_Howe", 1);
  ::tzset();
  EXPECT_EQ(rfc3339(WallTime{}), "1970-01-01T00:00:00.000000Z");
  if (before == nullptr) {
    ::unsetenv("TZ");
  } else {
    ::setenv("TZ", kept.c_str(), 1);
  }
  ::tzset();
}

TEST(BootClock, CountsAsTheKernelDoesAndNeverGoesBack) {
  timespec before{};
  ASSERT_EQ(::clock_gettime(CLOCK_BOOTTIME, &before), 0);
  const auto first = BootClock::now();
  const auto second = BootClock::now();
  const auto kernel =
      std::chrono::seconds{before.tv_sec} + std::chrono::nanoseconds{before.tv_nsec};
  EXPECT_GE(first.time_since_epoch(), kernel);
  EXPECT_LT(first.time_since_epoch(), kernel + 10s);
  EXPECT_GE(second, first);
}

TEST(Rfc3339, IsReadAsItIsPrinted) {
  for (const WallTime at :
       {WallTime{}, WallTime{Micros{-7}}, WallTime{Micros{1'763'860'000'123'456}}})
    EXPECT_EQ(parse_rfc3339(rfc3339(at)), at);
  for (const char* bad : {"", "2026-11-23", "2026-13-01T00:00:00.000000Z",
                          "2026-11-23T01:00:00.000000+01", "2026-11-23T01:00:00.000000Zx"})
    EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace jobflip
