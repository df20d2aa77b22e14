#pragma once
/// A month of the calendar as stretches of time: when each of its days begins in a time zone.
///
/// Invariants: a day begins at the first moment at which the zone's clock shows its date, so a day
/// on which the clock is changed has 23 or 25 hours (or whatever the zone makes of it); the end of
/// a day is the beginning of the next one, and no moment belongs to two days or to none.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/report/zone.hpp"

namespace jobflip::report {

struct Month {
  int year{1970};
  unsigned number{1};  // 1: January
  auto operator<=>(const Month&) const = default;
};

/// "2026-06", from 2000-01 to 2999-12; empty for any other text.
std::optional<Month> parse_month(std::string_view text);
std::string month_text(Month month);   // "2026-06"
std::string month_title(Month month);  // "June 2026"
Month month_before(Month month);

struct MonthDays {
  Month month;
  std::vector<WallTime> begins;  // of each day; the last one is the end of the month
  WallTime from() const { return begins.front(); }
  WallTime to() const { return begins.back(); }
  std::size_t count() const { return begins.size() - 1; }
};

/// Requires: the zone has spans over the month and a day around it, or no name (then it is UTC).
MonthDays days_of(Month month, const Zone& zone);

/// The month that the zone's clock shows. Requires: the same for `at`.
Month month_at(WallTime at, const Zone& zone);

/// The days of the month may begin and end so far outside of the same month in UTC.
inline constexpr std::chrono::days kAroundMonth{2};

}  // namespace jobflip::report
