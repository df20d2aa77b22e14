#pragma once
/// What is normal for a queue, from the jobs that its table still has: the readings that a
/// supervisor would have made while they ran go through the detector of production, so that nothing
/// is learned here that would not be learned there.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// What one look may bring.
inline constexpr std::size_t kMostFinishedJobs = 20'000;

struct FinishedJob {
  WallTime due;                     // a worker could have taken it
  std::optional<WallTime> started;  // empty: the system does not keep it
  WallTime ended;                   // completed
};

/// Time that teaches nothing: from when a stall began that was flipped, until the pool's new
/// workers ran.
struct Outage {
  WallTime from;
  WallTime until;
};

struct HistoryLesson {
  Rhythm rhythm;
  std::size_t jobs{0};      // that it was learned from
  std::size_t left_out{0};  // since they waited or ran in an outage
  Millis span{};            // from the first that ended to `until`
  bool has_starts{true};    // run times are known
};

/// Jobs in any order. Only time between the first end and `until` counts; after the last job there
/// may be none, or one that the table does not show yet, so it ends there. The time of an outage
/// counts as not read.
HistoryLesson learn_from_jobs(const QueueSettings& settings, std::span<const FinishedJob> jobs,
                              WallTime until, std::span<const Outage> outages = {});

/// Settings that keep nothing from being learned: the pace and the names of `settings` only.
QueueSettings without_limits(QueueSettings settings);

/// Both of them, for one queue: whatever was seen by either. The same again changes nothing.
Rhythm merged(const Rhythm& one, const Rhythm& other);

}  // namespace jobflip::core
