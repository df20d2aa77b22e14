#pragma once
/// Is this queue moving? A pure function of (settings, state, reading, now).
///
/// A queue stalls if it has *no activity* (no claim, no completion, no failure) for W while jobs
/// are due and no worker is legitimately busy. "No rows" does not mean "idle". The first state that
/// matches is the verdict:
///
///   state    condition                                                             may flip
///   BLIND    the probe failed, or the queue was never read                         no
///   PAUSED   the queue reports that it is paused                                   no
///   WARMUP   the first max(W, 12 ticks) after a start, a flip or a counter reset   no
///   IDLE     no job is due                                                         no
///   STALLED  quiet for W, and no worker is legitimately busy                       yes
///   LAGGING  jobs succeed, but the oldest due job is older than age_target         no
///   OK       otherwise                                                             no
///
///   W = max(stall_after, 3 * pickup_every);  one tick = sample_every
///
/// A queue enters STALLED or LAGGING after `enter_after` matching ticks in a row. It leaves STALLED
/// after a success in 2 of 3 ticks, or after 3 ticks with no job due: a claim alone is not enough.
///
/// Time in which the queue was not read (it was BLIND, or this process was late) does not count: it
/// is added to every clock. If it is longer than W, the detector starts again with WARMUP.
///
/// Limit: jobs that a hung worker has claimed are not "due". If no other job is due, the queue is
/// IDLE.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

enum class QueueState { blind, paused, warmup, idle, stalled, lagging, ok };
std::string_view name_of(QueueState state) noexcept;  // "BLIND", "PAUSED", ...
std::optional<QueueState> parse_queue_state(std::string_view name) noexcept;

struct DetectorState {
  QueueState state{QueueState::blind};
  Instant state_since;
  std::optional<QueueSample> last;    // the last sample that could be read
  std::optional<Instant> busy_since;  // since when jobs are due and the queue is not paused
  std::optional<Instant> last_activity;
  std::optional<Instant> last_success;
  Instant warm_at;                   // when WARMUP ends
  std::optional<Instant> last_tick;  // of the last sample that could be read
  int ticks_matching{0};             // how many ticks in a row matched `candidate`
  QueueState candidate{QueueState::blind};
  std::array<bool, 3> recent_success{};  // of the last three ticks
  int ticks_idle{0};                     // in a row without a due job
};

struct Detection {
  DetectorState next;
  std::string reason;  // one sentence with the figures
  Millis quiet{};      // since the last activity, or since the busy period began
  Millis window{};     // W
};

/// W, as above: never shorter than three intervals in which the workers look for jobs.
Millis stall_window(const QueueSettings& settings);

/// For a detector that starts: after the supervisor's start and after every flip.
DetectorState first_detector_state(const QueueSettings& settings, Instant now);

Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now);

}  // namespace jobflip::core
