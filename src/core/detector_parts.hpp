#pragma once
/// What the detector's files share: clocks, and the conditions that both a verdict and its sentence
/// need.

#include <algorithm>

#include "jobflip/core/detector.hpp"

namespace jobflip::core::detector {

inline Millis between(Instant from, Instant to) {
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(to - from));
}
inline Millis since(const std::optional<Instant>& then, Instant now) {
  return then ? between(*then, now) : Millis{};
}

/// Due jobs that are skipped while newer ones complete.
inline std::int64_t leftovers_of(const DetectorState& s) {
  return s.head ? s.head->leftovers : 0;
}

/// Due jobs that a worker could take and that are not skipped.
std::int64_t due_jobs(const DetectorState& s);

/// For how long nothing moved although jobs are due.
Millis quiet_of(const DetectorState& s, Instant now);

/// Some running job may be younger than its limit: it was taken less than the limit ago, as far as
/// this was seen.
bool may_run_legitimately(const Windows& windows, const DetectorState& s, Instant now);

/// Most quotas per hour have shown themselves by then.
inline constexpr int kJobsToFlip = 600;
inline constexpr Millis kWatchedToFlip{120 * 60'000};
inline constexpr Millis kLongToLearn{600'000};

/// No job runs, and too little was seen before the queue stopped to know that its workers do not
/// wait on purpose.
bool may_wait_on_purpose(const QueueSettings& settings, const DetectorState& s, Instant now);

/// W for this moment. While nothing runs, workers may wait for as long as they did before. Work
/// that stops in the middle of a backlog whose like was never worked off may wait on purpose, as
/// for the next hour of a quota: then as long as while little is known.
Millis stall_window(const QueueSettings& settings, const Windows& windows, const DetectorState& s);

/// How long a stall of this kind must last for a flip, because earlier flips did not help: 0 if
/// there were none.
Millis flip_bar(const QueueSettings& settings, const Windows& windows, const DetectorState& s);
bool is_below_flip_bar(const QueueSettings& settings, const Windows& windows,
                       const DetectorState& s, Instant now);

/// What a reading says of a stall that was flipped.
void follow_flipped_stall(DetectorState& s, bool moved, Instant now);

/// The running jobs are older than their limit, and none has ended since the oldest was taken.
bool holds_all(const Windows& windows, const DetectorState& s, Instant now);

/// Attempts end, none completes.
bool is_failing(const Windows& windows, const DetectorState& s, Instant now);

/// Takes in what a reading shows: clocks, counts, what is learned.
void record_reading(const QueueSettings& settings, DetectorState& s, const QueueSample& seen,
                    Instant now, std::optional<WallTime> at);

}  // namespace jobflip::core::detector
