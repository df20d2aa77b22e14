#include "jobflip/core/detector.hpp"

#include <algorithm>
#include <utility>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

constexpr int kWarmupTicks = 12;
constexpr int kIdleTicksToLeaveStalled = 3;
constexpr int kSuccessesToLeaveStalled = 2;
constexpr double kLaggingClearsBelow = 0.8;  // of age_target, so that the state does not flicker

struct Movement {
  bool activity{false};
  bool success{false};
  bool counter_fell{false};
};

/// The oldest job changed while fewer jobs are due: a worker claimed it. If the number did not
/// fall, the new head may be a new job with a higher priority. That proves no activity, so the
/// counters and the marker decide.
bool head_was_taken(const QueueSample& before, const QueueSample& after) {
  return before.head && before.head != after.head && after.runnable < before.runnable;
}

Movement compare(DoneKind kind, const QueueSample& before, const QueueSample& after) {
  Movement m;
  m.counter_fell = kind != DoneKind::window && after.done < before.done;
  const bool finished_later =
      after.last_done_at && (!before.last_done_at || *after.last_done_at > *before.last_done_at);
  m.success = after.done > before.done || finished_later;
  const bool claimed = before.marker && after.marker && *before.marker != *after.marker;
  m.activity =
      m.success || after.failed > before.failed || claimed || head_was_taken(before, after);
  return m;
}

Millis between(Instant from, Instant to) {
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(to - from));
}

Instant warm_from(const QueueSettings& settings, Instant now) {
  return now + std::max(stall_window(settings), kWarmupTicks * settings.sample_every);
}

/// Starts again from this sample: what was known before is no longer valid.
void restart(const QueueSettings& settings, DetectorState& s, Instant now) {
  const auto state = s.state;
  const auto since = s.state_since;
  s = first_detector_state(settings, now);
  s.state = state;
  s.state_since = since;
}

/// Adds the time in which the queue was not read to every clock.
void forgive_unseen_time(const QueueSettings& settings, DetectorState& s, Instant now) {
  if (!s.last_tick) return;
  const Millis unseen = between(*s.last_tick + settings.sample_every, now);
  if (unseen <= settings.sample_every) return;
  if (unseen > stall_window(settings)) return restart(settings, s, now);
  const auto move = [&](std::optional<Instant>& at) {
    if (at) at = std::min(*at + unseen, now);
  };
  move(s.busy_since);
  move(s.last_activity);
  move(s.last_success);
  s.warm_at += unseen;
}

void record_movement(const QueueSettings& settings, DetectorState& s, const QueueSample& seen,
                     Instant now) {
  const Movement m = s.last ? compare(settings.done_kind, *s.last, seen) : Movement{};
  if (m.counter_fell) restart(settings, s, now);
  if (m.activity && !m.counter_fell) s.last_activity = now;
  const bool success = m.success && !m.counter_fell;
  if (success) s.last_success = now;
  s.recent_success = {s.recent_success[1], s.recent_success[2], success};
  s.ticks_idle = seen.runnable == 0 ? s.ticks_idle + 1 : 0;

  const bool busy = seen.runnable > 0 && !seen.paused.value_or(false);
  if (!busy) s.busy_since.reset();
  if (busy && !s.busy_since) s.busy_since = now;
  s.last = seen;
  s.last_tick = now;
}

bool is_legitimately_busy(const QueueSettings& settings, const QueueSample& seen) {
  return settings.job_timeout && seen.running > 0 && seen.oldest_running &&
         *seen.oldest_running < *settings.job_timeout;
}

bool is_lagging(const QueueSettings& settings, const DetectorState& s, const QueueSample& seen,
                Instant now) {
  if (!settings.age_target || !seen.oldest_runnable || !s.last_success) return false;
  if (between(*s.last_success, now) > stall_window(settings)) return false;
  const double share = s.state == QueueState::lagging ? kLaggingClearsBelow : 1.0;
  return static_cast<double>(seen.oldest_runnable->count()) >
         share * static_cast<double>(settings.age_target->count());
}

/// The state by this tick alone.
QueueState state_of_tick(const QueueSettings& settings, const DetectorState& s,
                         const QueueSample& seen, Millis quiet, Instant now) {
  if (seen.paused.value_or(false)) return QueueState::paused;
  if (now < s.warm_at) return QueueState::warmup;
  if (seen.runnable == 0) return QueueState::idle;
  if (quiet >= stall_window(settings) && !is_legitimately_busy(settings, seen))
    return QueueState::stalled;
  if (is_lagging(settings, s, seen, now)) return QueueState::lagging;
  return QueueState::ok;
}

bool has_recovered(const DetectorState& s) {
  return std::ranges::count(s.recent_success, true) >= kSuccessesToLeaveStalled ||
         s.ticks_idle >= kIdleTicksToLeaveStalled;
}

/// The state with damping: some states are entered at once, some after several ticks.
QueueState damped(const QueueSettings& settings, DetectorState& s, QueueState tick) {
  s.ticks_matching = s.candidate == tick ? s.ticks_matching + 1 : 1;
  s.candidate = tick;
  if (tick == QueueState::paused || tick == QueueState::warmup) return tick;
  if (s.state == QueueState::stalled && !has_recovered(s)) return QueueState::stalled;
  const bool slow = tick == QueueState::stalled || tick == QueueState::lagging;
  if (!slow || tick == s.state || s.ticks_matching >= settings.enter_after) return tick;
  return s.state == QueueState::lagging ? QueueState::lagging : QueueState::ok;
}

void enter(DetectorState& s, QueueState state, Instant now) {
  if (s.state != state) s.state_since = now;
  s.state = state;
}

std::string figures(const QueueSample& seen) {
  std::string text = std::to_string(seen.runnable) + " due";
  if (seen.oldest_runnable) text += ", the oldest for " + short_duration(*seen.oldest_runnable);
  if (seen.running > 0) text += ", " + std::to_string(seen.running) + " running";
  return text;
}

std::string idle_reason(const QueueSample& seen) {
  std::string text = "nothing is waiting (healthy)";
  if (seen.unpromoted > 0)
    text = "no job is due, " + std::to_string(seen.unpromoted) + " are not runnable yet";
  if (seen.running > 0) text += ", " + std::to_string(seen.running) + " running";
  return text;
}

std::string ok_reason(const QueueSettings& settings, const DetectorState& s,
                      const QueueSample& seen, Millis quiet, Instant now) {
  const Millis window = stall_window(settings);
  if (seen.runnable == 0) return idle_reason(seen);
  const std::string of_window = short_duration(quiet) + " of " + short_duration(window);
  if (quiet >= window && is_legitimately_busy(settings, seen))
    return "quiet for " + of_window + ", but busy: the oldest job has run for " +
           short_duration(*seen.oldest_running) + " of " + short_duration(*settings.job_timeout) +
           "; " + figures(seen);
  if (s.last_success && between(*s.last_success, now) <= window)
    return "a job completed " + short_duration(between(*s.last_success, now)) + " ago; " +
           figures(seen);
  return "quiet for " + of_window + "; " + figures(seen);
}

std::string reason_of(const QueueSettings& settings, const DetectorState& s,
                      const QueueSample& seen, Millis quiet, Instant now) {
  switch (s.state) {
    case QueueState::paused:
      return "the queue is paused";
    case QueueState::warmup:
      return "just restarted, verdict in " + short_duration(between(now, s.warm_at)) + "; " +
             figures(seen);
    case QueueState::idle:
      return idle_reason(seen);
    case QueueState::stalled:
      if (quiet < stall_window(settings))
        return "some activity, but no recovery yet: jobs must complete; " + figures(seen);
      return "no claim, completion or failure for " + short_duration(quiet) + " (" +
             short_duration(stall_window(settings)) + " is a stall); " + figures(seen);
    case QueueState::lagging:
      return "jobs complete, but the oldest is above the target of " +
             short_duration(settings.age_target.value_or(Millis{0})) + "; " + figures(seen);
    case QueueState::blind:
    case QueueState::ok:
      break;
  }
  return ok_reason(settings, s, seen, quiet, now);
}

}  // namespace

std::optional<QueueState> parse_queue_state(std::string_view name) noexcept {
  using enum QueueState;
  for (const QueueState state : {blind, paused, warmup, idle, stalled, lagging, ok})
    if (name == name_of(state)) return state;
  return std::nullopt;
}

std::string_view name_of(QueueState state) noexcept {
  switch (state) {
    case QueueState::blind:
      return "BLIND";
    case QueueState::paused:
      return "PAUSED";
    case QueueState::warmup:
      return "WARMUP";
    case QueueState::idle:
      return "IDLE";
    case QueueState::stalled:
      return "STALLED";
    case QueueState::lagging:
      return "LAGGING";
    case QueueState::ok:
      return "OK";
  }
  return "?";
}

Millis stall_window(const QueueSettings& settings) {
  return std::max(settings.stall_after, 3 * settings.pickup_every);
}

DetectorState first_detector_state(const QueueSettings& settings, Instant now) {
  DetectorState s;
  s.state_since = now;
  s.warm_at = warm_from(settings, now);
  return s;
}

Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now) {
  Detection d;
  d.window = stall_window(settings);
  if (reading.has_error()) {
    enter(state, QueueState::blind, now);
    state.candidate = QueueState::blind;
    state.ticks_matching = 0;
    d.reason = "the queue could not be read: " + printable(reading.error().text, 300);
    d.next = std::move(state);
    return d;
  }
  const QueueSample& seen = *reading;
  forgive_unseen_time(settings, state, now);
  record_movement(settings, state, seen, now);
  if (state.busy_since)
    d.quiet =
        between(std::max(*state.busy_since, state.last_activity.value_or(*state.busy_since)), now);
  const QueueState tick = state_of_tick(settings, state, seen, d.quiet, now);
  enter(state, damped(settings, state, tick), now);
  d.reason = reason_of(settings, state, seen, d.quiet, now);
  d.next = std::move(state);
  return d;
}

}  // namespace jobflip::core
