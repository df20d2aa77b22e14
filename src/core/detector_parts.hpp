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

inline constexpr int kBlindInARow = 3;  // failed readings

/// How a sentence says that no flip is wanted yet, although the queue is STALLED or HELD.
inline constexpr std::string_view kNoFlipYet = "no flip yet: ";

/// Due jobs that are skipped while newer ones complete.
inline std::int64_t leftovers_of(const DetectorState& s) {
  return s.head ? s.head->leftovers : 0;
}

/// Running jobs that nobody works on: while the oldest of them was over its limit, others came and
/// went beside them.
std::int64_t orphans_of(const DetectorState& s);

/// Due jobs that a worker could take and that are not skipped.
std::int64_t due_jobs(const DetectorState& s);

/// How long nothing has moved although jobs are due.
Millis quiet_of(const DetectorState& s, Instant now);

/// Some running job may be within its limit: the oldest is, or a job was taken less than the limit
/// ago (as far as that can be seen).
bool may_run_legitimately(const Windows& windows, const DetectorState& s, Instant now);

/// By then, most hourly quotas have been hit at least once while jobflip watched.
inline constexpr int kJobsToFlip = 600;
inline constexpr Millis kWatchedToFlip{120 * 60'000};
inline constexpr Millis kLongToLearn{600'000};
/// Enough if no backlog stood there when the queue stopped: what reaches a quota mostly has one.
inline constexpr int kJobsToFlipKeptUp = 200;
inline constexpr std::int64_t kKeptUp = 1;  // jobs due

/// No job runs, and the queue was not watched for long enough before it stopped to rule out that
/// its workers are waiting on purpose. Then a stall is reported, not flipped.
bool may_wait_on_purpose(const QueueSettings& settings, const DetectorState& s, Instant now);

/// W for this moment. While nothing runs, workers may wait for as long as they did before. Work
/// that stops in the middle of a backlog whose like was never worked off may wait on purpose, as
/// for the next hour of a quota: then as long as while little is known.
Millis stall_window(const QueueSettings& settings, const Windows& windows, const DetectorState& s);

/// How long a stall of this kind must last for a flip, because earlier flips did not help: 0 if
/// there were none.
Millis flip_bar(const QueueSettings& settings, const Windows& windows, const DetectorState& s);
Millis stuck_for(const DetectorState& s, Instant now);  // that is compared with it
bool is_below_flip_bar(const QueueSettings& settings, const Windows& windows,
                       const DetectorState& s, Instant now);

/// What a reading says of a stall that was flipped.
void follow_flipped_stall(DetectorState& s, bool moved, Instant now);

/// What a new watch has to know of a hang, to learn nothing from it.
void keep_hang(const DetectorState& before, DetectorState& next);
/// The oldest running job is one of a hang, so its end may be somebody's who put it back: it was
/// running at a flip, or in a stall and is over its limit.
bool is_of_hang(const QueueSettings& settings, const DetectorState& s);
/// Jobs complete again, or something has just moved: too early for a flip.
bool may_recover(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                 Instant now);

/// While others wait. Workers that hang take nothing: these end before their jobs do, as in a crash
/// loop.
bool still_takes_jobs(const Windows& windows, const DetectorState& s, Instant now);

/// Updates the state from a reading: clocks, counts, what is learned.
void record_reading(const QueueSettings& settings, DetectorState& s, const QueueSample& seen,
                    Instant now, std::optional<WallTime> at);

}  // namespace jobflip::core::detector
