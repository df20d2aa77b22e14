// The sentence of a verdict: how many, how old, since when, compared with which limit, and where
// that limit comes from.

#include <bit>
#include <utility>

#include "core/detector_parts.hpp"

namespace jobflip::core {
namespace {

using namespace detector;

constexpr Millis kLongPause{1'800'000};
constexpr std::int64_t kShiftsToSay = 2;
constexpr std::int64_t kFallsToSay = 3;
constexpr Millis kSilentCounter{900'000};

/// "1 job", "8 jobs"
std::string jobs(std::int64_t n) {
  return std::to_string(n) + (n == 1 ? " job" : " jobs");
}

/// "1 running (oldest 2.0s)"
std::string count_of(std::int64_t n, std::string_view what, const std::optional<Millis>& oldest) {
  std::string text = std::to_string(n) + " " + std::string{what};
  if (n > 0 && oldest) text += " (oldest " + short_duration(*oldest) + ")";
  return text;
}

std::string deferred_of(const QueueSample& seen) {
  const auto deferred = seen.deferred.value_or(0);
  return deferred > 0 ? ", " + std::to_string(deferred) + " waiting for their next attempt" : "";
}

std::string work_of(const QueueSample& seen) {
  std::string text = count_of(seen.runnable, "due", seen.oldest_runnable);
  if (seen.running > 0) text += ", " + count_of(seen.running, "running", seen.oldest_running);
  if (seen.blocked.value_or(0) > 0) text += ", " + std::to_string(*seen.blocked) + " blocked";
  return text + deferred_of(seen);
}

constexpr std::string_view kIsLearned = "learned";
constexpr std::string_view kIsDefault = "default until more is learned";

/// "(limit 3m00s, learned)": what a length is compared with, and what to change if that is wrong.
std::string limit_of(Millis length, std::string_view source) {
  return "(limit " + short_duration(length) + ", " + std::string{source} + ")";
}

std::string stall_limit(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s) {
  const Millis limit = stall_window(settings, windows, s);
  const auto source = [&]() -> std::string_view {
    if (limit > windows.stall) return limit == s.rhythm.limits.wait ? kIsLearned : kIsDefault;
    if (limit > settings.stall_after.value_or(s.rhythm.limits.quiet)) return "3 x pickup_every";
    if (settings.stall_after) return "set by stall_after";
    return s.rhythm.is_known() ? kIsLearned : kIsDefault;
  };
  return limit_of(limit, source());
}

std::string run_limit(const QueueSettings& settings, const Windows& windows,
                      const DetectorState& s) {
  if (settings.job_timeout) return limit_of(windows.run, "set by job_timeout");
  if (settings.stall_after && windows.run == *settings.stall_after)
    return limit_of(windows.run, "set by stall_after");
  return limit_of(windows.run, s.rhythm.limits.run ? kIsLearned : kIsDefault);
}

std::string age_limit(const QueueSettings& settings, const Windows& windows,
                      const DetectorState& s) {
  if (settings.age_target) return limit_of(windows.age, "set by age_target");
  return limit_of(windows.age, s.rhythm.is_known() ? kIsLearned : kIsDefault);
}

std::string last_success(const DetectorState& s, Instant now) {
  if (!s.last_success) return "none has completed since jobflip began to watch";
  return "the last one completed " + short_duration(between(*s.last_success, now)) + " ago";
}

/// Of a queue that is STALLED or HELD; notes_of() has what flips taught.
std::string no_flip_yet(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s, Instant now) {
  const auto yet = [](std::string_view why) {
    return "; " + std::string{kNoFlipYet} + std::string{why};
  };
  if (may_recover(settings, windows, s, now))
    return yet(s.state == QueueState::held ? "its workers still take jobs"
                                           : "the queue may be recovering");
  if (s.state == QueueState::stalled && may_wait_on_purpose(settings, s, now))
    return yet("nothing runs, so its workers may be waiting on purpose (a quota)");
  return "";
}

std::string stalled_reason(const QueueSettings& settings, const Windows& windows,
                           const DetectorState& s, Instant now) {
  const Millis quiet = quiet_of(s, now);
  const bool moved = s.last_movement && *s.last_movement > s.state_since;
  if (moved && quiet < stall_window(settings, windows, s))
    return "something moved, but no recovery yet: that takes completed jobs, and " +
           last_success(s, now) + "; " + work_of(*s.last) + no_flip_yet(settings, windows, s, now);
  return "no job was taken, completed or failed for " + short_duration(quiet) + " " +
         stall_limit(settings, windows, s) + "; " + work_of(*s.last) +
         no_flip_yet(settings, windows, s, now);
}

std::string held_reason(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s, Instant now) {
  return "workers hold " + jobs(s.last->running) + ", and none has ended for " +
         short_duration(since(s.last_end, now)) + ": the oldest has run for " +
         short_duration(s.last->oldest_running.value_or(Millis{})) + " " +
         run_limit(settings, windows, s) + "; " + work_of(*s.last) +
         (!flip_may_help(s.state, s.last->running) ? "; no flip for a single job"
                                                   : no_flip_yet(settings, windows, s, now));
}

std::string failing_reason(const DetectorState& s, Instant now) {
  // a job completed, and too few readings have shown what follows
  if (s.failures.count == 0)
    return "some attempts succeed again: " + last_success(s, now) + "; " + work_of(*s.last);
  return "no job completed in " + std::to_string(s.failures.count) +
         (s.failures.count == 1 ? " attempt" : " attempts") + " over " +
         short_duration(between(s.failures.first, now)) + ": " + last_success(s, now) + "; " +
         work_of(*s.last);
}

std::string busy_reason(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s, Instant now) {
  return "nothing moved for " + short_duration(quiet_of(s, now)) +
         ", but a running job may still end in time " + run_limit(settings, windows, s) + "; " +
         work_of(*s.last);
}

std::string unpromoted_reason(const DetectorState& s, Instant now) {
  return "no due job was promoted for " + short_duration(since(s.unpromoted_since, now)) +
         ", and " + std::to_string(s.last->unpromoted) +
         " must be before workers see them: is the scheduler alive? " + work_of(*s.last);
}

std::string silent_reason(const DetectorState& s, Instant now) {
  const auto limit = silence_limit(s.rhythm, s.last_at);
  return "no work for " + short_duration(since(s.idle_since, now)) + ", far longer than usual" +
         (limit ? " " + limit_of(*limit, kIsLearned) : "");
}

std::string idle_reason(const DetectorState& s) {
  const QueueSample& seen = *s.last;
  std::string text = "no job is due";
  if (seen.runnable > 0) text += " except " + std::to_string(seen.runnable) + " that workers skip";
  if (seen.unpromoted > 0) text += ", " + std::to_string(seen.unpromoted) + " not promoted yet";
  if (seen.running > 0) text += ", " + count_of(seen.running, "running", seen.oldest_running);
  return text + deferred_of(seen);
}

std::string ok_reason(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                      Instant now) {
  if (s.last_success && between(*s.last_success, now) <= windows.stall)
    return "a job completed " + short_duration(between(*s.last_success, now)) + " ago; " +
           work_of(*s.last);
  return "nothing moved for " + short_duration(quiet_of(s, now)) + " " +
         stall_limit(settings, windows, s) + "; " + work_of(*s.last);
}

std::string blind_reason(const DetectorState& s, Instant now) {
  if (!s.last && s.rhythm.watched == Millis{})
    return "the queue has never been read: " + s.last_error;
  if (!s.last)
    return "no reading has succeeded since the watch began again " +
           short_duration(between(s.watched_since, now)) + " ago: " + s.last_error;
  if (s.failed_in_a_row < kBlindInARow)
    return std::to_string(std::popcount(s.failed_readings)) +
           " of the last 10 readings failed, the last one with: " + s.last_error;
  return "the last " + std::to_string(s.failed_in_a_row) + " readings failed: " + s.last_error;
}

std::string plain_reason(const QueueSettings& settings, const Windows& windows,
                         const DetectorState& s, Instant now) {
  switch (s.state) {
    case QueueState::blind:
      return blind_reason(s, now);
    case QueueState::paused:
      return "the queue is paused; " + work_of(*s.last);
    case QueueState::warmup:
      return "jobflip just began to watch, verdict in " + short_duration(between(now, s.warm_at)) +
             "; " + work_of(*s.last);
    case QueueState::stalled:
    case QueueState::starved:
      return stalled_reason(settings, windows, s, now);
    case QueueState::held:
      return held_reason(settings, windows, s, now);
    case QueueState::failing:
      return failing_reason(s, now);
    case QueueState::unpromoted:
      return unpromoted_reason(s, now);
    case QueueState::blocked:
      return jobs(s.last->blocked.value_or(0)) + " due behind a concurrency key, and nothing " +
             "moved for " + short_duration(since(s.blocked_since, now)) + "; " + work_of(*s.last);
    case QueueState::busy:
      return busy_reason(settings, windows, s, now);
    case QueueState::lagging:
      return (s.last_success ? "jobs complete, but the" : "the") +
             std::string{" oldest due job is too old "} + age_limit(settings, windows, s) + "; " +
             work_of(*s.last);
    case QueueState::silent:
      return silent_reason(s, now);
    case QueueState::idle:
      return idle_reason(s);
    case QueueState::ok:
      break;
  }
  return ok_reason(settings, windows, s, now);
}

}  // namespace

std::vector<std::string> notes_of(const QueueSettings& settings, const DetectorState& s,
                                  Instant now) {
  std::vector<std::string> notes;
  if (!s.last) return notes;
  const QueueSample& seen = *s.last;
  const Windows windows = windows_of(settings, s.rhythm);
  if (is_stuck(s.state) && is_below_flip_bar(settings, windows, s, now))
    notes.push_back(std::string{kNoFlipYet} +
                    "flips of such a stall did not help: the next one after " +
                    short_duration(flip_bar(settings, windows, s)) + " of it, now " +
                    short_duration(stuck_for(s, now)));
  if (auto ahead = s.last_at ? future_completion(seen, *s.last_at) : ""; !ahead.empty())
    notes.push_back(std::move(ahead));
  if (s.head && s.head->leftovers > 0)
    notes.push_back(jobs(s.head->leftovers) + " skipped for " +
                    short_duration(seen.oldest_runnable.value_or(Millis{})) +
                    " while newer ones complete: can any worker take them?");
  if (s.held_floor > 0 && s.state != QueueState::held && s.state != QueueState::stalled)
    notes.push_back(jobs(s.held_floor) + " may hang: the oldest has run for " +
                    short_duration(seen.oldest_running.value_or(Millis{})) + " " +
                    run_limit(settings, windows, s));
  if (seen.overdue_running.value_or(0) > 0)
    notes.push_back(jobs(*seen.overdue_running) + " running past their own timeout");
  if (s.state == QueueState::paused && between(s.state_since, now) >= kLongPause &&
      seen.runnable > 0)
    notes.push_back("paused for " + short_duration(between(s.state_since, now)) + " with " +
                    jobs(seen.runnable) + " due: was it forgotten?");
  if (s.shifted_ages >= kShiftsToSay)
    notes.push_back("ages start at whole hours: does the query mix local time and UTC?");
  if (s.done_falls >= kFallsToSay)
    notes.push_back("done fell " + std::to_string(s.done_falls) +
                    " times: if it counts a window, set done = \"window\"");
  const bool tells_nothing = !s.done_is_known && seen.done > 0 && s.last_end &&
                             between(s.watched_since, now) >= kSilentCounter;
  if (tells_nothing)
    notes.push_back("done is always " + std::to_string(seen.done) +
                    " although jobs end: is it capped?");
  return notes;
}

std::string reason_of(const QueueSettings& settings, const DetectorState& s, Instant now) {
  std::string text = plain_reason(settings, windows_of(settings, s.rhythm), s, now);
  if (s.failed_in_a_row > 0 && s.state != QueueState::blind)
    text += "; the last reading failed: " + s.last_error;
  for (const std::string& note : notes_of(settings, s, now)) text += "; " + note;
  return text;
}

}  // namespace jobflip::core
