#pragma once
/// Is this queue moving? A pure function of (settings, state, reading, now).
///
/// The trigger is *no activity* (no claim, no completion, no failure) for W while work is due and
/// nobody is legitimately busy; "no rows" is not "idle". States, first match wins:
///
///   BLIND    the probe failed, or the queue was never seen                      never flips
///   PAUSED   the queue says that it is paused                                   never flips
///   WARMUP   the first max(W, 12 ticks) after start, a flip, a counter that fell  never flips
///   IDLE     nothing is due
///   STALLED  quiet for W, and not legitimately busy                             may flip
///   LAGGING  jobs succeed, and the oldest is older than the target              never flips
///   OK       else
///
/// STALLED and LAGGING are entered after `enter_after` ticks in a row; STALLED is left by a success
/// in 2 of 3 ticks, or by nothing due for 3 ticks: a claim alone is no recovery.
///
/// Time in which the queue was not seen (blind, or our own tick was late) counts for nobody: it is
/// added to every clock, and where it is longer than W the watch begins anew.
///
/// Limit: jobs that a hung worker holds are not "due". With nothing else due the queue is IDLE.

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
  std::optional<QueueSample> last;    // the newest that could be read
  std::optional<Instant> busy_since;  // first tick of the busy period: work due and not paused
  std::optional<Instant> last_activity;
  std::optional<Instant> last_success;
  Instant warm_at;                   // WARMUP ends
  std::optional<Instant> last_tick;  // the last that could be read
  int ticks_matching{0};             // in a row for the state that would be entered
  QueueState candidate{QueueState::blind};
  std::array<bool, 3> recent_success{};  // of the last ticks
  int ticks_idle{0};
};

struct Detection {
  DetectorState next;
  std::string reason;  // one sentence, with the figures
  Millis quiet{};      // since the last activity or the begin of the busy period
  Millis window{};     // W
};

/// W: as long as set, and never shorter than three of the workers' own looks for work.
Millis stall_window(const QueueSettings& settings);

/// A new watch: after the supervisor's start and after every flip.
DetectorState first_detector_state(const QueueSettings& settings, Instant now);

Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now);

}  // namespace jobflip::core
