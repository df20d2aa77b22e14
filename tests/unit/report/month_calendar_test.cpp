/// Months and days of a time zone, over the changes of its clock.
#include "jobflip/report/month_calendar.hpp"

#include <gtest/gtest.h>

#include "unit/report/sample_month.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;

std::chrono::hours hours_of(const MonthDays& days, std::size_t day) {
  return std::chrono::duration_cast<std::chrono::hours>(days.begins.at(day) -
                                                        days.begins.at(day - 1));
}

Zone new_york() {
  return {"America/New_York",
          {{utc("2025-12-01 00:00:00"), -5h, "EST"},
           {utc("2026-03-08 07:00:00"), -4h, "EDT"},
           {utc("2026-11-01 06:00:00"), -5h, "EST"}}};
}

TEST(MonthCalendar, ReadsAMonthAndNothingElse) {
  EXPECT_EQ(parse_month("2026-06"), (Month{2026, 6}));
  EXPECT_EQ(parse_month("2999-12"), (Month{2999, 12}));
  for (const char* text : {"", "2026", "2026-13", "2026-00", "2026-6", "2026-06-01", "1999-12",
                           "2026/06", "june", "2026-0x", " 2026-06", "20260-6"})
    EXPECT_EQ(parse_month(text), std::nullopt) << text;
}

TEST(MonthCalendar, NamesAMonth) {
  EXPECT_EQ(month_text({2026, 6}), "2026-06");
  EXPECT_EQ(month_title({2026, 12}), "December 2026");
  EXPECT_EQ(month_before({2026, 1}), (Month{2025, 12}));
  EXPECT_EQ(month_before({2026, 12}), (Month{2026, 11}));
}

TEST(MonthCalendar, IsThatOfUtcWithoutAZone) {
  const auto days = days_of({2028, 2}, {});
  EXPECT_EQ(days.count(), 29u) << "a leap year";
  EXPECT_EQ(days.from(), utc("2028-02-01 00:00:00"));
  EXPECT_EQ(days.to(), utc("2028-03-01 00:00:00"));
  EXPECT_EQ(days_of({2026, 12}, {}).to(), utc("2027-01-01 00:00:00"));
}

TEST(MonthCalendar, HasAShortAndALongDayInZurich) {
  const auto march = days_of({2026, 3}, zurich());
  EXPECT_EQ(march.from(), utc("2026-02-28 23:00:00"));
  EXPECT_EQ(march.to(), utc("2026-03-31 22:00:00"));
  EXPECT_EQ(march.count(), 31u);
  EXPECT_EQ(hours_of(march, 28), 24h);
  EXPECT_EQ(hours_of(march, 29), 23h);
  EXPECT_EQ(hours_of(march, 30), 24h);
  const auto october = days_of({2026, 10}, zurich());
  EXPECT_EQ(october.to() - october.from(), 31 * 24h + 1h);
  EXPECT_EQ(hours_of(october, 25), 25h);
}

TEST(MonthCalendar, HasAShortAndALongDayInNewYork) {
  const auto march = days_of({2026, 3}, new_york());
  EXPECT_EQ(march.from(), utc("2026-03-01 05:00:00"));
  EXPECT_EQ(march.to(), utc("2026-04-01 04:00:00"));
  EXPECT_EQ(hours_of(march, 8), 23h);
  EXPECT_EQ(hours_of(days_of({2026, 11}, new_york()), 1), 25h);
}

TEST(MonthCalendar, KnowsHalvesOfAnHour) {
  const Zone kolkata{"Asia/Kolkata", {{utc("2026-01-01 00:00:00"), 5h + 30min, "IST"}}};
  const auto june = days_of({2026, 6}, kolkata);
  EXPECT_EQ(june.from(), utc("2026-05-31 18:30:00"));
  EXPECT_EQ(june.to() - june.from(), 30 * 24h);
}

TEST(MonthCalendar, BeginsADayWithTheChangeIfMidnightIsSkipped) {
  // Beirut: at midnight the clock is set to 1:00
  const Zone beirut{
      "Asia/Beirut",
      {{utc("2026-01-01 00:00:00"), 2h, "EET"}, {utc("2026-03-28 22:00:00"), 3h, "EEST"}}};
  const auto march = days_of({2026, 3}, beirut);
  EXPECT_EQ(march.begins.at(28), utc("2026-03-28 22:00:00"));
  EXPECT_EQ(hours_of(march, 29), 23h);
  EXPECT_EQ(march.to(), utc("2026-03-31 21:00:00"));
}

TEST(MonthCalendar, BeginsADayWithItsFirstMidnightIfThereAreTwo) {
  // Havana: at 1:00 the clock is set back to midnight
  const Zone havana{
      "America/Havana",
      {{utc("2026-09-01 00:00:00"), -4h, "CDT"}, {utc("2026-11-01 05:00:00"), -5h, "CST"}}};
  const auto november = days_of({2026, 11}, havana);
  EXPECT_EQ(november.from(), utc("2026-11-01 04:00:00"));
  EXPECT_EQ(hours_of(november, 1), 25h);
}

TEST(MonthCalendar, TellsTheMonthOfAMoment) {
  EXPECT_EQ(month_at(utc("2026-05-31 22:30:00"), zurich()), (Month{2026, 6}));
  EXPECT_EQ(month_at(utc("2026-05-31 22:30:00"), {}), (Month{2026, 5}));
}

}  // namespace
}  // namespace jobflip::report
