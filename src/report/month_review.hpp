#pragma once
/// The figures of a month, each from facts alone. docs/report.md has their formulas.
///
/// Invariants: what is not known is absent, never 0 and never 100 %; a length whose clock went back
/// is left out and counted.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/service_minutes.hpp"
#include "jobflip/report/month_facts.hpp"

namespace jobflip::report {

using core::common;
using core::length_of;
using core::TimeRanges;
using core::united;
using core::without;

/// A pool or a service over both months.
struct Watched {
  std::string name;
  double target{};                  // per cent
  core::ServiceMinutes month;       // as far as it has passed; a pool is never slow
  core::ServiceMinutes before;      // the month before
  TimeRanges watched_ranges[2];     // of the month, of the month before
  TimeRanges down_ranges[2];        // of them
  std::vector<Millis> down_by_day;  // of the month
  /// (1 - target) of the time that is watched, with what is left of a month that runs.
  Millis budget{};
  Millis budget_left() const { return budget - month.down; }
  bool is_met() const;  // the target; what is not known is met
};

/// Of all pools, or of all services.
struct Overall {
  std::optional<double> of_time;  // time up of all / time watched of all
  std::optional<double> average;  // the average of their uptimes: each counts the same
  std::optional<double> all_up;   // the share of the watched time in which none was down
};

/// What is compared with the month before.
struct Compared {
  std::int64_t month{0};
  std::int64_t before{0};
};

/// Lengths, and how they compare with what jobs may wait.
struct Lengths {
  std::int64_t count{0};
  std::int64_t set_back{0};  // left out, because the clock went back meanwhile
  std::optional<Millis> median;
  std::optional<Millis> worst;
  std::int64_t within_lower{0};  // kTargetLower
  std::int64_t within_upper{0};  // kTargetUpper
};
/// A job is to be done within 5 to 15 minutes.
inline constexpr Millis kTargetLower{5 * 60'000};
inline constexpr Millis kTargetUpper{15 * 60'000};

struct ResponseTimes {
  Lengths detect;    // onset -> detected
  Lengths decide;    // detected -> decided
  Lengths flip;      // request -> running workers, of flips and takeovers
  Lengths progress;  // onset -> first job: nothing was done meanwhile
  Lengths backlog;   // first job -> recovered
  Lengths recover;   // onset -> recovered
  Lengths wait;      // the highest age of an oldest due job
};

enum class FlipTrigger { supervisor, person, takeover };
inline constexpr std::size_t kFlipTriggers = 3;
std::string_view name_of(FlipTrigger trigger);

/// Outcomes beside the states in which a flip ends (core/flip.hpp).
inline constexpr const char* kOutcomeOpen = "open";  // it has not ended
inline constexpr const char* kOutcomeHeld = "held";
inline constexpr const char* kOutcomeRefused = "refused";

struct FlipCounts {
  std::map<std::string, std::int64_t> by_outcome;
  std::int64_t flips{0};     // without those that were held or refused
  std::int64_t restarts{0};  // of them: to the node that held the pool
};

struct SlowQueue {
  PoolName pool;
  std::string queue;  // "": no reading was known
  std::int64_t incidents{0};
  Millis longest_wait{};
};

struct LongIncident {
  core::Incident incident;
  Millis down{};  // in the month
};

struct MonthReview {
  bool so_far{false};  // the month has not ended
  WallTime until;      // its end, or now
  std::vector<Watched> pools;
  std::vector<Watched> services;
  Overall pools_all, pools_before, services_all, services_before;

  std::array<Compared, core::kIncidentClasses> classes{};
  Compared incidents, downtimes, perceptible;
  std::int64_t crossing{0};  // incidents with a part outside of the month
  std::int64_t set_back{0};  // standstills that are left out because the clock went back
  std::vector<LongIncident> longest;

  ResponseTimes response;
  std::array<FlipCounts, kFlipTriggers> flips;
  Compared all_flips;
  std::map<std::string, std::int64_t> holds;  // by the rule that held
  std::array<Compared, 4> deployments{};      // by DeploymentState
  std::vector<SlowQueue> slow_queues;

  /// Nothing is known of the month: no pool, no service, no incident, no flip.
  bool is_empty{false};
};

inline constexpr std::size_t kMostLongIncidents = 10;
inline constexpr std::size_t kMostSlowQueues = 10;

MonthReview review_of(const MonthFacts& facts);

/// The parts of review_of().
void review_uptime(const MonthFacts& facts, MonthReview& review);
void review_incidents(const MonthFacts& facts, MonthReview& review);
void review_flips(const MonthFacts& facts, MonthReview& review);

/// The standstill of an incident that is downtime: from its onset, or its opening, to its first
/// job, else its recovery, else its closing, else `now`. Empty if it is not downtime.
std::optional<TimeRange> downtime_of(const core::Incident& incident, WallTime now);

/// Of an even number, the mean of the two in the middle.
Lengths lengths_of(std::vector<Millis> lengths);

}  // namespace jobflip::report
