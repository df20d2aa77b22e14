#pragma once
/// Everything that the report of a month is made from. Whoever makes one gathers these from the
/// store (cli/report_facts.hpp); the functions of this room read no store and no clock.
///
/// Invariants:
///  - an incident counts in the month in which it was opened; its minutes count in the month in
///    which they passed, so the facts have those opened before and after as well;
///  - time over which nothing is known (before a pool was there, before the store kept incidents,
///    before the audit log's beginning) is in no `known` range: it is neither up nor down.
///
/// All texts in here are untrusted.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/deployment.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/incident.hpp"
#include "jobflip/core/service.hpp"
#include "jobflip/core/time_ranges.hpp"
#include "jobflip/report/month_calendar.hpp"

namespace jobflip::report {

/// Of one month. What does not fit is counted, and the page says so.
inline constexpr std::size_t kMostMonthIncidents = 10'000;
inline constexpr std::size_t kMostMonthEntries = 10'000;  // of each kind of the history
inline constexpr std::size_t kMostMonthDeployments = 10'000;
inline constexpr std::size_t kMostMonthSpells = 50'000;  // of all services
/// Incidents opened outside of both months.
inline constexpr std::size_t kMostAroundMonth = 1'000;
inline constexpr std::size_t kMostMonthPools = 1'000;

inline constexpr double kUsualTarget = 99.9;  // per cent

using core::TimeRange;

/// A pool, and when it was there, as far as that is known.
struct MonthPool {
  PoolName pool;
  std::vector<TimeRange> known;  // by time; one that goes on ends at the time of the report
  bool exists{true};             // it has not been removed
  bool pruned{false};            // its audit log began earlier than what is left of it
};

/// A watched service.
struct MonthService {
  std::string service;
  double target{kUsualTarget};             // per cent
  std::vector<core::ServiceSpell> spells;  // of both months, by time
  bool exists{true};                       // it has not been removed
};

/// What happened in one month.
struct MonthRecord {
  MonthDays days;
  std::vector<core::Incident> incidents;  // opened in it
  std::int64_t incidents_left_out{0};
  std::vector<core::HistoryEntry> entries;  // flips, takeovers, holds, refused requests
  std::int64_t entries_left_out{0};
  std::vector<core::Deployment> deployments;  // started in it
  std::int64_t deployments_left_out{0};
};

struct MonthFacts {
  PoolName only;                     // empty: all pools and services
  double pool_target{kUsualTarget};  // per cent
  MonthRecord month;
  MonthRecord before;                  // the month before
  std::vector<core::Incident> around;  // opened outside of both, and not over before them
  std::int64_t around_left_out{0};
  std::vector<MonthPool> pools;  // by name
  std::int64_t pools_left_out{0};
  std::optional<WallTime> pools_since;         // the first of all was there, in any month
  std::vector<MonthService> services;          // by name
  std::vector<core::Maintenance> maintenance;  // that overlaps the months
  std::int64_t spells_left_out{0};
  std::int64_t maintenance_left_out{0};
  std::optional<WallTime> incidents_kept_since;  // when the store learned to; empty: always
  std::optional<WallTime> log_since;             // what is left of the audit log; empty: all of it
  WallTime now;                                  // the store's time
  Zone zone;
  std::string version;               // of the program
  std::vector<std::string> remarks;  // what could not be read, a sentence each
};

}  // namespace jobflip::report
