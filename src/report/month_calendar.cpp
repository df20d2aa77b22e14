#include "jobflip/report/month_calendar.hpp"

#include <fmt/format.h>

#include <array>

#include "jobflip/base/time_text.hpp"

namespace jobflip::report {
namespace {

using std::chrono::seconds;

WallTime begin_of(std::chrono::sys_days day, const Zone& zone) {
  const WallTime midnight = day;
  if (zone.spans.empty()) return midnight;
  // the first moment that the clock shows as this midnight; at most one is in each span
  for (const ZoneSpan& span : zone.spans) {
    const auto at = midnight - span.ahead;
    if (span_at(zone, at) == &span) return at;
  }
  // the clock was set forward over midnight: the day begins with the change
  for (const ZoneSpan& span : zone.spans)
    if (span.from + span.ahead > midnight) return span.from;
  return midnight - zone.spans.back().ahead;
}

}  // namespace

std::optional<Month> parse_month(std::string_view text) {
  constexpr std::size_t kLength = 7;
  if (text.size() != kLength || text[0] != '2') return std::nullopt;
  const auto at = parse_utc_time(std::string{text} + "-01 00:00:00");
  if (!at) return std::nullopt;
  return month_at(*at, {});
}

std::string month_text(Month month) {
  return fmt::format("{:04}-{:02}", month.year, month.number);
}

std::string month_title(Month month) {
  constexpr std::array kNames{"January",   "February", "March",    "April",
                              "May",       "June",     "July",     "August",
                              "September", "October",  "November", "December"};
  return fmt::format("{} {}", kNames.at(month.number - 1), month.year);
}

Month month_before(Month month) {
  return month.number == 1 ? Month{month.year - 1, 12} : Month{month.year, month.number - 1};
}

MonthDays days_of(Month month, const Zone& zone) {
  const std::chrono::year_month first{std::chrono::year{month.year},
                                      std::chrono::month{month.number}};
  const std::chrono::sys_days end{(first + std::chrono::months{1}) / 1};
  MonthDays out{month, {}};
  for (std::chrono::sys_days day{first / 1}; day <= end; day += std::chrono::days{1})
    out.begins.push_back(begin_of(day, zone));
  return out;
}

Month month_at(WallTime at, const Zone& zone) {
  const auto* span = span_at(zone, at);
  const auto local = at + (span == nullptr ? seconds{} : span->ahead);
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(local)};
  return {static_cast<int>(day.year()), static_cast<unsigned>(day.month())};
}

}  // namespace jobflip::report
