#pragma once
/// A month with everything that a report may show, and the same with a text of somebody's choice in
/// every place where a text can be.

#include <string>

#include "jobflip/report/month_facts.hpp"

namespace jobflip::report {

/// Europe/Zurich from 2025-12 to 2026-12, with both changes of its clock.
Zone zurich();

/// "2026-06-03 02:59:30" in UTC.
WallTime utc(const std::string& text);

/// June 2026 in Zurich, seen in July: pool mail all the time, paper from the 10th on, old until the
/// 20th; services web and login. Incidents 1 to 6; 5 goes on into July, 6 was opened in May.
MonthFacts full_month();

/// `text` is each text that people, hosts or databases may write.
MonthFacts hostile_month(const std::string& text);

/// So many incidents of one pool, all of them downtime, one minute in each.
MonthFacts large_month(std::size_t incidents);

/// Nothing is known.
MonthFacts empty_month();

/// An incident of pool mail that is downtime, opened 10 s after its onset, with its first job at
/// the end.
core::Incident down_from(std::int64_t id, WallTime onset, Millis length);

}  // namespace jobflip::report
