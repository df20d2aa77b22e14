// The sentence of a verdict: how many, how old, since when, compared with what.

#include "core/detector_parts.hpp"

namespace jobflip::core {
namespace {

using namespace detector;

constexpr Millis kLongPause{1'800'000};
constexpr std::int64_t kShiftsToSay = 2;
constexpr std::int64_t kFallsToSay = 3;
constexpr Millis kSilentCounter{900'000};

std::string number(std::int64_t n) {
  return std::to_string(n);
}

/// "1 job", "8 jobs"
std::string jobs(std::int64_t n) {
  return number(n) + (n == 1 ? " job" : " jobs");
}

std::string work_of(const QueueSample& seen) {
  std::string text = number(seen.runnable) + " due";
  if (seen.oldest_runnable && seen.runnable > 0)
    text += ", the oldest for " + short_duration(*seen.oldest_runnable);
  if (seen.running > 0) text += ", " + number(seen.running) + " running";
  if (seen.running > 0 && seen.oldest_running)
    text += ", the oldest for " + short_duration(*seen.oldest_running);
  if (seen.blocked.value_or(0) > 0) text += ", " + number(*seen.blocked) + " blocked";
  if (seen.deferred.value_or(0) > 0)
    text += ", " + number(*seen.deferred) + " waiting for their next attempt";
  return text;
}

/// Where the limit comes from.
std::string told(const std::optional<Millis>& setting, bool known) {
  if (setting) return "as set";
  return known ? "as learned" : "as long as little is known";
}

std::string last_success(const DetectorState& s, Instant now) {
  if (!s.last_success) return "none has completed since jobflip watches";
  return "the last one completed " + short_duration(between(*s.last_success, now)) + " ago";
}

std::string stalled_reason(const QueueSettings& settings, const Windows& windows,
                           const DetectorState& s, Instant now) {
  const Millis quiet = quiet_of(s, now);
  if (quiet < stall_window(settings, windows, s))
    return "some movement, but no recovery yet: jobs must complete, and " + last_success(s, now) +
           "; " + work_of(*s.last);
  return "no job was taken, completed or failed for " + short_duration(quiet) + " (a stall after " +
         short_duration(stall_window(settings, windows, s)) + ", " +
         told(settings.stall_after, s.rhythm.is_known()) + "); " + work_of(*s.last);
}

std::string held_reason(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s, Instant now) {
  return jobs(s.last->running) + " taken and none ended for " +
         short_duration(since(s.last_end, now)) + ", the oldest has run for " +
         short_duration(s.last->oldest_running.value_or(Millis{})) + " (limit " +
         short_duration(windows.run) + ", " + told(settings.job_timeout, true) + "); " +
         work_of(*s.last);
}

std::string failing_reason(const DetectorState& s, Instant now) {
  return number(s.failures.count) + (s.failures.count == 1 ? " attempt" : " attempts") +
         " ended without a completed job in " + short_duration(between(s.failures.first, now)) +
         ", " + last_success(s, now) + "; " + work_of(*s.last);
}

std::string busy_reason(const QueueSettings& settings, const Windows& windows,
                        const DetectorState& s, Instant now) {
  return "nothing moved for " + short_duration(quiet_of(s, now)) + ", but jobs may run for " +
         short_duration(windows.run) + " (" +
         told(settings.job_timeout, s.rhythm.run_times.total() >= static_cast<float>(kRunsToKnow)) +
         "); " + work_of(*s.last);
}

std::string idle_reason(const DetectorState& s) {
  const QueueSample& seen = *s.last;
  std::string text = "no job is due";
  if (seen.runnable > 0) text += " but " + number(seen.runnable) + " that nobody takes";
  if (seen.unpromoted > 0) text += ", " + number(seen.unpromoted) + " are not promoted yet";
  if (seen.running > 0) {
    text += ", " + number(seen.running) + " running";
    if (seen.oldest_running) text += ", the oldest for " + short_duration(*seen.oldest_running);
  }
  if (seen.deferred.value_or(0) > 0)
    text += ", " + number(*seen.deferred) + " waiting for their next attempt";
  return text;
}

std::string ok_reason(const QueueSettings& settings, const Windows& windows, const DetectorState& s,
                      Instant now) {
  if (s.last_success && between(*s.last_success, now) <= windows.stall)
    return "a job completed " + short_duration(between(*s.last_success, now)) + " ago; " +
           work_of(*s.last);
  return "nothing moved for " + short_duration(quiet_of(s, now)) + " of " +
         short_duration(stall_window(settings, windows, s)) + "; " + work_of(*s.last);
}

std::string blind_reason(const DetectorState& s) {
  if (!s.last) return "the queue could not be read yet: " + s.last_error;
  return "the last " + number(s.failed_in_a_row) +
         (s.failed_in_a_row == 1 ? " reading" : " readings") + " failed: " + s.last_error;
}

std::string plain_reason(const QueueSettings& settings, const Windows& windows,
                         const DetectorState& s, Instant now) {
  switch (s.state) {
    case QueueState::blind:
      return blind_reason(s);
    case QueueState::paused:
      return "the queue is paused; " + work_of(*s.last);
    case QueueState::warmup:
      return "the watch just began, verdict in " + short_duration(between(now, s.warm_at)) + "; " +
             work_of(*s.last);
    case QueueState::stalled:
    case QueueState::starved:
      return stalled_reason(settings, windows, s, now);
    case QueueState::held:
      return held_reason(settings, windows, s, now);
    case QueueState::failing:
      return failing_reason(s, now);
    case QueueState::unpromoted:
      return number(s.last->unpromoted) + " due jobs were not moved to where workers look for " +
             short_duration(since(s.unpromoted_since, now)) + ": is the scheduler alive? " +
             work_of(*s.last);
    case QueueState::blocked:
      return number(s.last->blocked.value_or(0)) + " due jobs wait behind a concurrency key, and " +
             "nothing moved for " + short_duration(since(s.blocked_since, now)) + "; " +
             work_of(*s.last);
    case QueueState::busy:
      return busy_reason(settings, windows, s, now);
    case QueueState::lagging:
      return "jobs complete, but the oldest due job is above " + short_duration(windows.age) +
             " (" + told(settings.age_target, s.rhythm.is_known()) + "); " + work_of(*s.last);
    case QueueState::silent:
      return "no work for " + short_duration(since(s.idle_since, now)) +
             "; it was never longer "
             "than " +
             short_duration(s.rhythm.idle_gaps.longest()) + " before";
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
    notes.push_back("flips of such a stall did not help: the next one after " +
                    short_duration(flip_bar(settings, windows, s)) + " of it");
  if (s.head && s.head->leftovers > 0)
    notes.push_back(jobs(s.head->leftovers) + " skipped for " +
                    short_duration(seen.oldest_runnable.value_or(Millis{})) +
                    " while newer ones complete: does nobody take them?");
  if (s.held_floor > 0 && s.state != QueueState::held && s.state != QueueState::stalled)
    notes.push_back(jobs(s.held_floor) + " may hang: the oldest has run for " +
                    short_duration(seen.oldest_running.value_or(Millis{})) + ", the limit is " +
                    short_duration(windows.run));
  if (seen.overdue_running.value_or(0) > 0)
    notes.push_back(jobs(*seen.overdue_running) + " run longer than their own timeout");
  if (s.state == QueueState::paused && between(s.state_since, now) >= kLongPause &&
      seen.runnable > 0)
    notes.push_back("paused for " + short_duration(between(s.state_since, now)) + " while " +
                    jobs(seen.runnable) + " wait: was it forgotten?");
  if (s.shifted_ages >= kShiftsToSay)
    notes.push_back("ages begin at whole hours: does the query compare local time with UTC?");
  if (s.done_falls >= kFallsToSay)
    notes.push_back("done fell " + number(s.done_falls) +
                    " times: if it counts a window, set done = \"window\"");
  const bool tells_nothing = !s.done_is_known && seen.done > 0 && s.last_end &&
                             between(s.watched_since, now) >= kSilentCounter;
  if (tells_nothing)
    notes.push_back("done is always " + number(seen.done) + " although jobs end: is it capped?");
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
