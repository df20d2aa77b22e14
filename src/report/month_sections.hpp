#pragma once
/// The sections of a month's report, in its order, and what they share.

#include <string>

#include "jobflip/report/page.hpp"
#include "report/month_review.hpp"

namespace jobflip::report {

Section month_summary_section(const MonthFacts& facts, const MonthReview& review);
/// Adds a chart to the page.
Section month_uptime_section(const MonthFacts& facts, const MonthReview& review, Page& page);
/// Adds a chart to the page.
Section month_incidents_section(const MonthFacts& facts, const MonthReview& review, Page& page);
Section month_response_section(const MonthReview& review);
Section month_flips_section(const MonthFacts& facts, const MonthReview& review);
Section month_deployments_section(const MonthFacts& facts, const MonthReview& review);
Section month_queues_section(const MonthReview& review);
Section month_about_section(const MonthFacts& facts, const MonthReview& review);

/// "99.987 %", rounded down: never 100 % of a time that had downtime. "not known" if it is not.
std::string percent_text(const std::optional<double>& share);
/// In percentage points, "+0.012"; "-" if one of them is not known.
std::string points_text(const std::optional<double>& share, const std::optional<double>& before);
/// "12.5", rounded up: never 0 if it is not.
std::string minutes_text(Millis length);
/// The same, rounded down: a budget is not said to be larger than it is.
std::string budget_text(Millis length);
/// "+3", "-1", "0"
std::string change_text(const Compared& compared);
/// A count of the month beside that of the month before.
std::vector<Cell> compared_row(std::string what, const Compared& compared);
/// The target, as it was given: "99.9 %".
std::string target_text(double per_cent);
/// "2026-06-01 00:00" by the clock of the report.
std::string local_date_text(const Zone& zone, WallTime at);

}  // namespace jobflip::report
