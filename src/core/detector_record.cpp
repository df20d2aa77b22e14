// What one reading changes in the detector's state.

#include "core/detector_parts.hpp"
#include "core/movement.hpp"

namespace jobflip::core::detector {
namespace {

constexpr Millis kBacklogAfter{60'000};
constexpr Millis kHour{3'600'000};
constexpr Millis kUsualWindow{300'000};  // that a count of the last minutes covers
constexpr Millis kAgeSlack{5'000};
constexpr int kPassesToBeLeftover = 3;
constexpr Millis kLeastLeftoverAge{kLeastWindow};

bool is_calm(QueueState state) {
  return state == QueueState::ok || state == QueueState::idle || state == QueueState::busy ||
         state == QueueState::lagging || state == QueueState::warmup || state == QueueState::silent;
}

/// A gap with nothing running that was longer than the quiet limit. False: it is an ordinary one.
bool learn_long_gap(const QueueSettings& settings, DetectorState& s, Millis gap, Instant now) {
  const Windows windows = windows_of(settings, s.rhythm);
  const bool calm = is_calm(s.state);
  if (gap < windows.stall || (calm && !s.rhythm.limits.wait)) return false;
  if (calm) s.rhythm.vain_waits = 0;
  // a stall may have been ended by somebody who repaired the workers
  if (calm || is_below_flip_bar(settings, windows, s, now))
    learn_wait(s.rhythm, gap);
  else
    learn_stall_that_ended(s.rhythm, gap);
  return true;
}

/// A gap that just ended by movement. One in which jobs ran is about their run times.
void learn_gap(const QueueSettings& settings, DetectorState& s, const Movement& m, Instant now) {
  const bool stalled = s.state == QueueState::stalled;
  if (!s.last || s.flipped || !(is_calm(s.state) || stalled)) return;
  const bool was_due = s.due_since.has_value();
  const bool waited = was_due && s.last->running == 0;
  const Instant from =
      std::max(s.last_movement.value_or(s.watched_since), s.due_since.value_or(s.watched_since));
  const Millis gap = between(from, now);
  const bool on_purpose =
      stalled && quiet_of(s, now) >= kLongToLearn && may_wait_on_purpose(settings, s, now);
  if (waited && m.attempt() && !on_purpose && learn_long_gap(settings, s, gap, now)) return;
  if (stalled && !on_purpose) return;
  if (waited) s.rhythm.quiet_gaps.add(gap);
  if (!m.success) return;
  const bool had_work = was_due || s.last->running > 0;
  if (s.last_success && had_work)
    s.rhythm.success_gaps.add(
        between(std::max(*s.last_success, s.idle_since.value_or(Instant{})), now));
}

/// The row of a dead worker's job, which somebody removed at last: a single one would protect
/// hung jobs for weeks.
bool was_left_behind(const Rhythm& rhythm, Millis ran) {
  constexpr Millis kDay{24 * 3'600'000};
  return ran >= kDay && rhythm.run_times.total() > 0 && ran > 4 * rhythm.run_times.longest();
}

void learn_run_time(const QueueSettings& settings, DetectorState& s, const Movement& m,
                    const QueueSample& seen, Millis tick) {
  if (!m.success || !is_calm(s.state) || !s.last) return;
  if (m.oldest_ended && s.last->oldest_running) {
    if (!was_left_behind(s.rhythm, *s.last->oldest_running) && !is_of_hang(settings, s))
      s.rhythm.run_times.add(*s.last->oldest_running + tick / 2);
  } else if (s.last->running <= orphans_of(s)) {
    s.rhythm.run_times.add(tick);  // taken and completed between two readings
  }
  s.rhythm.most_running = std::max<int>(
      s.rhythm.most_running,
      static_cast<int>(std::min<std::int64_t>(std::max(seen.running, s.last->running), 100'000)));
}

/// Counts the time from the movement before to this one as time with movement, if there was work
/// all along.
void learn_moving(DetectorState& s, const Movement& m, const QueueSample& seen, Millis tick,
                  Instant now) {
  if (!m.attempt()) return;
  Instant from = now - tick;
  if (s.last_movement && !s.idle_since) from = std::min(from, *s.last_movement);
  s.rhythm.moving = std::min(s.rhythm.moving + between(from, now), kLengthMax);
  if (s.last->runnable > 0 && seen.runnable > 0)
    s.rhythm.backlogged = std::min(s.rhythm.backlogged + between(from, now), kLengthMax);
  if (m.success && seen.runnable == 0 && seen.running == 0)
    s.rhythm.served = std::min(s.rhythm.served + 1, 1'000'000);
}

/// About how many jobs completed since the reading before; at least 1. Rather too few: a table
/// counts those of other queues too.
int jobs_done(DoneKind kind, const QueueSample& before, const QueueSample& seen, Millis tick) {
  constexpr std::int64_t kMost = 1'000'000;
  if (kind == DoneKind::table) return 1;
  const std::int64_t done = kind == DoneKind::window
                                ? std::min(seen.done, kMost) * tick.count() / kUsualWindow.count()
                                : seen.done - before.done;
  return static_cast<int>(std::clamp<std::int64_t>(done, 1, kMost));
}

void learn(const QueueSettings& settings, DetectorState& s, const Movement& m,
           const QueueSample& seen, Millis tick, Instant now) {
  pass_time(s.rhythm, tick);
  if (!m.any()) return;
  learn_gap(settings, s, m, now);
  learn_run_time(settings, s, m, seen, tick);
  learn_moving(s, m, seen, tick, now);
  if (m.success && s.rhythm.jobs < kJobsToFlip)
    s.rhythm.jobs += jobs_done(settings.done_kind, *s.last, seen, tick);
  update_limits(s.rhythm);
}

void count_failures(DetectorState& s, const Movement& m, const QueueSample& before,
                    const QueueSample& seen, Instant now) {
  if (m.success) {
    s.failures = FailedAttempts{};
    return;
  }
  if (!m.ended) return;
  FailedAttempts& f = s.failures;
  if (f.count == 0)
    f.first = now;
  else
    f.longest_gap = std::max(f.longest_gap, between(f.last, now));
  f.last = now;
  constexpr std::int64_t kMost = 1'000'000'000;
  f.count += std::clamp<std::int64_t>(seen.failed - before.failed, 1, kMost);
  f.count = std::min(f.count, kMost);
}

/// Finds leftovers: the oldest due job stays the same while others complete.
void follow_head(DetectorState& s, const Movement& m, const QueueSample& seen, Instant now) {
  if (seen.runnable == 0 || !seen.oldest_runnable) return s.head.reset();
  if (!s.head || m.head_left) s.head = WaitingHead{now, 0, seen.runnable, 0};
  WaitingHead& head = *s.head;
  if (seen.runnable < head.fewest_due) {  // the job that was taken may be one that looked skipped
    head.fewest_due = seen.runnable;
    head.leftovers = std::min(head.leftovers, seen.runnable);
    head.passes = 0;
  }
  if (m.success) ++head.passes;
  const bool old =
      *seen.oldest_runnable >= kLeastLeftoverAge && between(head.since, now) >= kLeastLeftoverAge;
  if (head.passes >= kPassesToBeLeftover && old) head.leftovers = head.fewest_due;
}

/// Ages that start at a whole number of hours are a time zone's, not the jobs'.
void look_for_shifted_ages(DetectorState& s, const QueueSample& seen, Millis tick) {
  if (!s.last || s.last->runnable > 0 || !seen.oldest_runnable) return;
  const Millis age = *seen.oldest_runnable;
  if (age + kAgeSlack >= kHour && (age + kAgeSlack) % kHour <= tick + 2 * kAgeSlack)
    ++s.shifted_ages;
}

/// How many jobs were due when something last moved, and the most since the queue was empty. An age
/// counts as usual once the backlog is worked off: one that grows would raise its own limit. One of
/// a stall is not usual, however it was worked off.
void follow_backlog(DetectorState& s, const Movement& m, const QueueSample& seen) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const std::int64_t due = seen.runnable - leftovers_of(s);
  if (m.any()) s.due_at_movement = due;
  if (is_stuck(s.state)) s.due_while_stuck = true;
  s.most_due = std::max(s.most_due, std::min(due, kMost));
  if (due > 0 && leftovers_of(s) == 0)
    s.oldest_due = std::max(s.oldest_due, seen.oldest_runnable.value_or(Millis{}));
  if (due == 0 && s.oldest_due > Millis{}) {
    if (is_calm(s.state) && !s.due_while_stuck) s.rhythm.due_ages.add(s.oldest_due);
    s.oldest_due = Millis{};
  }
  if (due == 0) s.due_while_stuck = false;
  if (due > 0 || seen.running > 0) return;
  if (m.success)
    s.rhythm.most_drained = std::max(s.rhythm.most_drained, static_cast<int>(s.most_due));
  s.most_due = 0;
}

void set_clock(std::optional<Instant>& clock, bool runs, Instant now) {
  if (!runs) return clock.reset();
  if (!clock) clock = now;
}

void run_clocks(DetectorState& s, const Movement& m, const QueueSample& seen, Instant now) {
  if (m.any()) s.last_movement = now;
  if (m.success) s.last_success = now;
  if (m.claim || (m.ended && seen.running >= s.last->running && seen.running > 0))
    s.last_claim = now;
  if (m.ended) s.last_end = now;
  s.ticks_unmoved = m.any() ? 0 : s.ticks_unmoved + 1;
  const bool paused = seen.paused.value_or(false);
  const bool due = !paused && seen.runnable > leftovers_of(s);
  set_clock(s.due_since, due, now);
  if (s.due_since && between(*s.due_since, now) >= kBacklogAfter) s.last_backlog = now;
  s.ticks_idle = due ? 0 : s.ticks_idle + 1;
  if (m.stir) s.unpromoted_since.reset();
  set_clock(s.unpromoted_since, seen.unpromoted > 0, now);
  if (m.any()) s.blocked_since.reset();
  set_clock(s.blocked_since, seen.blocked.value_or(0) > 0 && !due && seen.running == 0, now);
}

void follow_idleness(DetectorState& s, const Movement& m, const QueueSample& seen, Instant now,
                     std::optional<WallTime> at) {
  const bool runs = seen.running > orphans_of(s);
  const bool work = m.any() || seen.runnable > leftovers_of(s) || runs || seen.unpromoted > 0 ||
                    seen.blocked.value_or(0) > 0 || seen.deferred.value_or(0) > 0 ||
                    seen.paused.value_or(false);
  if (work) {
    learn_work(s.rhythm, since(s.idle_since, now), at);
    s.idle_since.reset();
  }
  // idle from now on, unless a later reading shows work
  if (seen.runnable <= leftovers_of(s) && !runs && !s.idle_since) s.idle_since = now;
}

void follow_recovery(DetectorState& s, const Movement& m, Millis within, Instant now) {
  if (s.state != QueueState::stalled) {
    s.recovering.reset();
    s.recovered = false;
    return;
  }
  if (!m.success) return;
  if (s.recovering && between(*s.recovering, now) < within) s.recovered = true;
  s.recovering = now;
}

void follow_held(DetectorState& s, const Windows& windows, const QueueSample& seen) {
  const bool over = seen.running > 0 && seen.oldest_running && *seen.oldest_running >= windows.run;
  const bool first = s.held_floor == 0;
  s.held_floor = !over ? 0 : first ? seen.running : std::min(s.held_floor, seen.running);
  s.held_peak = !over ? 0 : std::max(s.held_peak, seen.running);
}

}  // namespace

void record_reading(const QueueSettings& settings, DetectorState& s, const QueueSample& seen,
                    Instant now, std::optional<WallTime> at) {
  const Millis tick = s.last_tick ? between(*s.last_tick, now) : Millis{};
  Movement m;
  if (s.last) {
    m = compare(settings.done_kind, s.done_is_known, *s.last, seen, tick);
    if (m.marker_rose && seen.running <= s.last->running && s.rhythm.most_running > 0)
      m.ended = true;  // a job was taken and no more run: one ended
    if (seen.done != s.last->done) s.done_is_known = true;
    s.done_falls += m.done_fell;
    look_for_shifted_ages(s, seen, tick);
    learn(settings, s, m, seen, tick, now);
    // if nothing else moved, only the statistics were reset, and the stall goes on
    if (!m.any()) m.was_reset = false;
    if (m.was_reset || seen.paused.value_or(false)) s.flipped.reset();
    follow_flipped_stall(s, m.attempt(), now);
    count_failures(s, m, *s.last, seen, now);
  }
  const Windows windows = windows_of(settings, s.rhythm);
  follow_head(s, m, seen, now);
  follow_backlog(s, m, seen);
  if (m.was_reset) s.due_since.reset();
  if (s.last) follow_idleness(s, m, seen, now, at);
  if (s.last)
    run_clocks(s, m, seen, now);
  else
    set_clock(s.due_since, seen.runnable > 0 && !seen.paused.value_or(false), now);
  follow_recovery(s, m, windows.recovery, now);
  follow_held(s, windows, seen);
  s.last = seen;
  s.last_at = at;
  s.last_tick = now;
}

}  // namespace jobflip::core::detector
