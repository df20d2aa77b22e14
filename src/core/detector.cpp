#include "jobflip/core/detector.hpp"

#include <bit>
#include <utility>

#include "core/detector_parts.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace detector {
namespace {

constexpr int kWarmupTicks = 12;
constexpr std::int64_t kSmallBacklog = 10;
constexpr std::int64_t kLikeIt = 5;  // a backlog of so many times the largest known is like it
constexpr int kIdleTicksToLeaveStalled = 3;
constexpr int kFailuresToSay = 3;
constexpr int kBlindOfTen = 6;
constexpr std::uint32_t kTenBits = 0x3FF;
constexpr double kLaggingClearsBelow = 0.8;  // of the age limit, so that the state does not flicker
constexpr Millis kFailuresForgotten{3'600'000};

/// Starts again from the next sample: what was known before is no longer valid.
void restart(const QueueSettings& settings, DetectorState& s, Instant now) {
  const auto state = s.state;
  const auto since = s.state_since;
  DetectorState next = first_detector_state(settings, s.rhythm, now);
  keep_hang(s, next);
  s = std::move(next);
  s.state = state;
  s.state_since = since;
}

/// Time in which the queue was not read counts for nobody: every clock is moved on by it.
void forgive_unseen_time(const QueueSettings& settings, DetectorState& s, Instant now) {
  if (!s.last_tick) return;
  const Millis unseen = between(*s.last_tick + settings.sample_every, now);
  // one missed reading is normal, and readings themselves take time
  if (unseen <= settings.sample_every * 3 / 2) return;
  if (unseen > windows_of(settings, s.rhythm).stall) return restart(settings, s, now);
  for (auto clock :
       {&DetectorState::due_since, &DetectorState::last_movement, &DetectorState::last_success,
        &DetectorState::last_claim, &DetectorState::last_backlog, &DetectorState::last_end,
        &DetectorState::idle_since, &DetectorState::unpromoted_since, &DetectorState::blocked_since,
        &DetectorState::recovering, &DetectorState::last_tick, &DetectorState::workers_since,
        &DetectorState::stuck_at})
    if (auto& at = s.*clock) at = std::min(*at + unseen, now);
  s.failures.first = std::min(s.failures.first + unseen, now);
  s.failures.last = std::min(s.failures.last + unseen, now);
  if (s.head) s.head->since = std::min(s.head->since + unseen, now);
  if (s.flipped && !s.flipped->moved_at) {
    s.flipped->since += unseen;
    if (auto& at = s.flipped->workers_at) at = std::min(*at + unseen, now);
  }
  s.warm_at += unseen;
}

bool is_stalled(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                Instant now) {
  if (!s.due_since || s.ticks_unmoved < settings.enter_after) return false;
  // while what the jobs need is down, attempts may be rare; in a hang there are none
  Millis window = stall_window(settings, windows, s);
  if (s.failures.count >= kFailuresToSay) window = std::max(window, 3 * s.failures.longest_gap);
  return quiet_of(s, now) >= window && !may_run_legitimately(windows, s, now);
}

bool completes(const Windows& windows, const DetectorState& s, Instant now) {
  return s.last_success && between(*s.last_success, now) < windows.stall;
}

bool is_unpromoted(const Windows& windows, const DetectorState& s, Instant now) {
  return s.unpromoted_since && due_jobs(s) <= s.last->unpromoted &&
         between(*s.unpromoted_since, now) >= windows.stall;
}

bool is_lagging(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                Instant now) {
  const auto& age = s.last->oldest_runnable;
  if (!s.due_since || !age) return false;
  const Millis recently = std::max(stall_window(settings, windows, s), windows.success);
  if (s.last_success && between(*s.last_success, now) > recently) return false;
  const double share = s.state == QueueState::lagging ? kLaggingClearsBelow : 1.0;
  return static_cast<double>(age->count()) > share * static_cast<double>(windows.age.count());
}

bool is_silent(const DetectorState& s, Instant now) {
  if (!s.idle_since || s.last->expected_next.value_or(Millis{}) > Millis{}) return false;
  const auto limit = silence_limit(s.rhythm, s.last_at);
  return limit && between(*s.idle_since, now) >= *limit;
}

/// The running jobs are older than their limit, and none has ended since the oldest was taken.
bool holds_all(const Windows& windows, const DetectorState& s, Instant now) {
  if (!s.last || s.last->running == 0 || !s.last->oldest_running || !s.last_end) return false;
  const Millis far_over = 2 * windows.run;
  return *s.last->oldest_running >= far_over && since(s.last_end, now) >= far_over &&
         *s.last->oldest_running <= since(s.last_end, now) + windows.run / 4;
}

/// Attempts end, none completes.
bool is_failing(const Windows& windows, const DetectorState& s, Instant now) {
  const FailedAttempts& f = s.failures;
  if (f.count < kFailuresToSay || between(f.first, now) < windows.success) return false;
  const bool over = !s.due_since && s.last->deferred.value_or(0) == 0 &&
                    between(f.last, now) >= std::max(kFailuresForgotten, 3 * f.longest_gap);
  return !over;
}

/// The state by this reading alone.
QueueState state_of_tick(const QueueSettings& settings, const Windows& windows,
                         const DetectorState& s, Instant now) {
  using enum QueueState;
  if (s.last->paused.value_or(false)) return paused;
  if (now < s.warm_at) return warmup;
  const bool late = is_unpromoted(windows, s, now);
  // a reading may come a little early: do not wait a whole tick for the rest of a limit
  const Instant nearly = now + settings.sample_every / 10;
  if (is_stalled(settings, windows, s, nearly) && !(late && completes(windows, s, now)))
    return stalled;
  if (holds_all(windows, s, now)) return held;
  if (is_failing(windows, s, now)) return failing;
  if (late) return unpromoted;
  if (s.blocked_since && between(*s.blocked_since, now) >= windows.stall) return blocked;
  if (quiet_of(s, now) >= windows.stall && may_run_legitimately(windows, s, now)) return busy;
  if (is_lagging(settings, windows, s, now)) return lagging;
  if (s.due_since) return ok;
  return is_silent(s, now) ? silent : idle;
}

bool is_damped(QueueState state) {
  using enum QueueState;
  return state == held || state == failing || state == unpromoted || state == blocked ||
         state == lagging || state == silent;
}

bool has_recovered(const DetectorState& s) {
  return s.recovered || s.ticks_idle >= kIdleTicksToLeaveStalled;
}

/// The state with damping: some states are entered at once, some after several readings.
QueueState damped(const QueueSettings& settings, DetectorState& s, QueueState tick) {
  using enum QueueState;
  s.ticks_matching = s.candidate == tick ? s.ticks_matching + 1 : 1;
  s.candidate = tick;
  const bool sure = !is_damped(tick) || s.ticks_matching >= settings.enter_after;
  if (tick == paused || tick == warmup || tick == stalled) return tick;
  if (s.state == stalled && !has_recovered(s) && !(tick == failing && sure)) return stalled;
  if (sure || tick == s.state) return tick;
  if (is_damped(s.state)) return s.state;
  return s.due_since ? ok : idle;
}

void enter(DetectorState& s, QueueState state, Instant now) {
  if (s.state != state) s.state_since = now;
  s.state = state;
  if (is_stuck(state)) s.stuck_at = now;
}

void count_reading(DetectorState& s, const Error* error) {
  const bool is_ill = error != nullptr && error->code == ErrorCode::database_failed;
  s.failed_readings = ((s.failed_readings << 1U) | (error != nullptr ? 1U : 0U)) & kTenBits;
  s.ill_readings = ((s.ill_readings << 1U) | (is_ill ? 1U : 0U)) & kTenBits;
}

/// A queue that was never read is BLIND at once; one that was keeps what is known for a while.
void record_failure(DetectorState& s, const Error& error, Instant now) {
  ++s.failed_in_a_row;
  count_reading(s, &error);
  s.last_error = sentence_of_failure(error);
  const bool often = std::popcount(s.failed_readings) >= kBlindOfTen;
  if (s.last && s.failed_in_a_row < kBlindInARow && !often) return;
  enter(s, QueueState::blind, now);
  s.candidate = QueueState::blind;
  s.ticks_matching = 0;
}

}  // namespace

std::int64_t orphans_of(const DetectorState& s) {
  return s.held_peak > s.held_floor ? s.held_floor : 0;
}

std::int64_t due_jobs(const DetectorState& s) {
  if (!s.last) return 0;
  return s.last->runnable - std::min(s.last->runnable, leftovers_of(s));
}

bool may_recover(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                 Instant now) {
  if (s.state == QueueState::held) return still_takes_jobs(windows, s, now);
  if (s.state != QueueState::stalled) return false;
  return completes(windows, s, now) || s.ticks_unmoved < settings.enter_after;
}

Millis quiet_of(const DetectorState& s, Instant now) {
  if (!s.due_since) return Millis{};
  return between(std::max(*s.due_since, s.last_movement.value_or(*s.due_since)), now);
}

bool may_run_legitimately(const Windows& windows, const DetectorState& s, Instant now) {
  if (!s.last || s.last->running <= orphans_of(s)) return false;
  if (s.last->oldest_running && *s.last->oldest_running < windows.run) return true;
  return between(s.last_claim.value_or(s.watched_since), now) < windows.run;
}

bool still_takes_jobs(const Windows& windows, const DetectorState& s, Instant now) {
  return s.due_since && s.last_claim && between(*s.last_claim, now) < windows.run;
}

bool may_wait_on_purpose(const QueueSettings& settings, const DetectorState& s, Instant now) {
  if (!s.last || s.last->running > 0 || settings.stall_after) return false;
  if (s.recovering) return false;  // it moved once and stopped again, unlike a quota
  const bool never_waited = s.rhythm.wait == Millis{} && s.rhythm.unsure_wait == Millis{};
  if (never_waited && s.rhythm.jobs >= kJobsToFlipKeptUp && s.due_at_movement <= kKeptUp &&
      s.rhythm.is_known())
    return false;
  return s.rhythm.jobs < kJobsToFlip && s.rhythm.watched - quiet_of(s, now) < kWatchedToFlip;
}

Millis stall_window(const QueueSettings& settings, const Windows& windows, const DetectorState& s) {
  const bool may_wait = !settings.stall_after && s.last && s.last->running == 0;
  if (!may_wait) return windows.stall;
  const Millis window = std::max(windows.stall, s.rhythm.limits.wait.value_or(Millis{}));
  const std::int64_t known = std::max<std::int64_t>(s.rhythm.most_drained, kSmallBacklog);
  const bool is_known =
      s.due_at_movement <= kLikeIt * known || s.rhythm.backlogged >= kMovingToKnow;
  return is_known ? window : std::max(window, kUnknownWindow);
}

}  // namespace detector

using namespace detector;

std::string sentence_of_failure(const Error& error) {
  const std::string text = printable(error.text, 300);
  return error.hint.empty() ? text : text + "; " + printable(error.hint, 150);
}

namespace {

/// A `stall_after` that is set says how patient to be: only the longest run so far can raise it.
Millis run_limit(const QueueSettings& settings, const Rhythm& rhythm) {
  const auto& learned = rhythm.limits.run;
  if (!settings.stall_after) return learned ? std::max(kLeastWindow, *learned) : kUnknownRunLimit;
  if (!learned) return *settings.stall_after;
  return std::max(*settings.stall_after, rhythm.run_times.longest() * 3 / 2);
}

}  // namespace

Windows windows_of(const QueueSettings& settings, const Rhythm& rhythm) {
  const RhythmLimits& learned = rhythm.limits;
  const Millis stall =
      std::max(settings.stall_after.value_or(learned.quiet), 3 * settings.pickup_every);
  const Millis least = settings.stall_after.value_or(learned.success);
  return {.stall = stall,
          .run = settings.job_timeout.value_or(run_limit(settings, rhythm)),
          .success = std::max({least, learned.success, 3 * settings.pickup_every}),
          .age = settings.age_target.value_or(learned.age),
          .recovery = std::max(stall, learned.recovery)};
}

DetectorState first_detector_state(const QueueSettings& settings, const Rhythm& rhythm,
                                   Instant now) {
  DetectorState s;
  s.state_since = now;
  s.watched_since = now;
  s.rhythm = rhythm;
  s.warm_at = now + std::max(settings.stall_after.value_or(kLeastWindow),
                             kWarmupTicks * settings.sample_every);
  return s;
}

Detection detect(const QueueSettings& settings, DetectorState state,
                 const Result<QueueSample>& reading, Instant now, std::optional<WallTime> at) {
  Detection d;
  if (reading.has_error()) {
    record_failure(state, reading.error(), now);
  } else {
    state.failed_in_a_row = 0;
    count_reading(state, nullptr);
    forgive_unseen_time(settings, state, now);
    record_reading(settings, state, *reading, now, at);
    const QueueState tick = state_of_tick(settings, windows_of(settings, state.rhythm), state, now);
    enter(state, damped(settings, state, tick), now);
  }
  const Windows windows = windows_of(settings, state.rhythm);
  d.window = windows.stall;
  d.quiet = quiet_of(state, now);
  d.flip_may_help =
      state.last && flip_may_help(state.state, state.last->running) &&
      !may_recover(settings, windows, state, now) &&
      !is_below_flip_bar(settings, windows, state, now) &&
      !(state.state == QueueState::stalled && may_wait_on_purpose(settings, state, now));
  d.next = std::move(state);
  return d;
}

}  // namespace jobflip::core
