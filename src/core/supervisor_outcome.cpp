#include <algorithm>
#include <utility>

#include "core/detector_parts.hpp"
#include "core/supervisor_parts.hpp"

namespace jobflip::core::supervisor {
namespace {

bool is_cured(const CureWatch& cure) {
  return cure.completed && cure.backlog_moves;
}

bool has_nothing_due(const CureWatch& cure) {
  return cure.last && cure.last->runnable == 0;
}

/// The oldest due job does not just get older: no job is due, the oldest is younger than before,
/// fewer jobs are due, or another job is at the front. The age alone is not enough: the jobs of a
/// batch became due at one moment, so the oldest age grows until the last of them is claimed.
bool does_backlog_move(const QueueSample& base, const std::optional<QueueSample>& before,
                       const QueueSample& sample) {
  if (sample.runnable == 0 || !sample.oldest_runnable) return true;
  if (!before) return false;  // one sample shows no direction
  if (before->oldest_runnable && *sample.oldest_runnable <= *before->oldest_runnable) return true;
  if (sample.runnable < base.runnable) return true;
  return base.head && sample.head && *base.head != *sample.head;
}

LogEventKind kind_of(FlipEvent event) {
  if (event == FlipEvent::completed) return LogEventKind::verified;
  if (event == FlipEvent::not_cured) return LogEventKind::ineffective;
  return event == FlipEvent::nobody_looked ? LogEventKind::unverified : LogEventKind::failed;
}

void record(Step& step, PoolWatch& watch, FlipId flip, FlipEvent event, std::string sentence) {
  SupervisorState& s = step.state;
  step.log(kind_of(event), watch, "",
           "flip " + std::to_string(flip.value) + " of pool " + watch.settings.name.str() + ": " +
               std::string{name_of(event)} + ": " + sentence);
  watch.judged = true;
  s.outcomes.push_back({s.self, *s.epoch, flip, event, std::move(sentence)});
}

/// How many claims of the old node's workers, which are dead, may be left: nobody will complete
/// these. A job that was taken under the new lease is not one of them.
std::int64_t left_behind(const CureWatch& cure) {
  return cure.last && !cure.all_new ? std::min(cure.fewest_running, cure.last->running) : 0;
}

std::string figures(const CureWatch& cure) {
  std::string text = std::to_string(cure.last->runnable) + " due";
  if (cure.last->oldest_runnable)
    text += " (oldest " + short_duration(*cure.last->oldest_runnable) + ")";
  if (cure.last->running == 0) return text;
  text += ", " + std::to_string(cure.last->running) + " running";
  if (cure.last->oldest_running)
    text += " (oldest " + short_duration(*cure.last->oldest_running) +
            (cure.has_old ? ", from before this lease" : "") + ")";
  return text;
}

/// A sentence if the cure is proven, "" otherwise. Every queue that was STALLED must have completed
/// a job or have no job due. If it is unknown which were (another supervisor made the request), one
/// cured queue is enough.
std::string proof_of_cure(const PoolWatch& watch) {
  std::string proof;
  for (const auto& [name, cure] : watch.cures) {
    if (is_cured(cure) && proof.empty())
      proof = "queue " + name.str() + " completed a job; " + figures(cure);
    if (cure.was_stalled && !is_cured(cure) && !has_nothing_due(cure)) return "";
  }
  return proof;
}

bool has_work(const CureWatch& cure) {
  return cure.last->runnable > 0 || cure.last->running > left_behind(cure);
}

Millis age_of_work(const QueueSample& sample) {
  return std::max(sample.oldest_runnable.value_or(Millis{0}),
                  sample.oldest_running.value_or(Millis{0}));
}

/// Adds the time since the last count, or since the workers' start, to the queues that have work.
/// The next reading confirms it, unless the queue was BLIND until then. A gap without snapshots
/// does not count, as it does not count towards verify_timeout.
void count_time_with_work(PoolWatch& watch, Millis since_start, Instant now) {
  for (auto& [name, cure] : watch.cures) {
    if (!cure.last) continue;
    const bool first = !cure.counted_at;
    const auto counted_at = std::exchange(cure.counted_at, now);
    if (!has_work(cure)) continue;
    const auto gap = first ? std::min(since_start, age_of_work(*cure.last))
                           : std::chrono::duration_cast<Millis>(now - *counted_at);
    // the age of the work shows that it was there since the start
    if (first)
      cure.had_work_for += gap;
    else if (gap <= longest_gap(watch.settings.timings))
      cure.unconfirmed += gap;
  }
}

/// Whether the queue had work for all of verify_timeout, but for what lies between two samples.
bool had_time(const PoolWatch& watch, const QueueName& name, const CureWatch& cure) {
  const auto queue = watch.queues.find(name);
  const Millis unsure =
      longest_gap(watch.settings.timings) +
      (queue == watch.queues.end() ? Millis{0} : queue->second.settings.sample_every);
  return cure.had_work_for + unsure >= watch.settings.verify_timeout;
}

std::string unread(const CureWatch& cure) {
  if (cure.failed_readings == 0) return "";
  return " as far as it could be read (" + std::to_string(cure.failed_readings) +
         (cure.failed_readings == 1 ? " reading" : " readings") + " failed)";
}

struct Outcome {
  FlipEvent event{};
  std::string sentence;
};

/// Of one queue that proves no cure; nothing if it says neither this nor that.
std::optional<Outcome> outcome_of_queue(const PoolWatch& watch, const QueueName& name,
                                        const CureWatch& cure) {
  const bool only_ages = cure.completed && !cure.backlog_moves;
  if (!only_ages && (cure.completed || !cure.had_work)) return std::nullopt;
  const auto timeout = short_duration(watch.settings.verify_timeout);
  if (!had_time(watch, name, cure))
    return Outcome{FlipEvent::nobody_looked, "queue " + name.str() + " had work for only " +
                                                 short_duration(cure.had_work_for) + " of " +
                                                 timeout + unread(cure) +
                                                 ", too short to prove anything; " + figures(cure)};
  if (only_ages)
    return Outcome{FlipEvent::not_cured,
                   "jobs complete in queue " + name.str() +
                       ", but its oldest job only gets older: " + figures(cure)};
  return Outcome{FlipEvent::not_cured, "queue " + name.str() + " completed no job within " +
                                           timeout + "; " + figures(cure)};
}

/// The outcome if verify_timeout has passed without proof of a cure.
Outcome outcome_at_timeout(const PoolWatch& watch) {
  if (watch.settings.queues.empty())
    return {FlipEvent::nobody_looked, "no queue is watched, so nothing could prove a cure"};
  const std::string within = " within " + short_duration(watch.settings.verify_timeout);
  bool read = false;
  std::optional<Outcome> too_short;
  for (const auto& [name, cure] : watch.cures) {
    if (!cure.last) continue;
    read = true;
    auto outcome = outcome_of_queue(watch, name, cure);
    if (!outcome) continue;
    if (outcome->event == FlipEvent::not_cured) return *std::move(outcome);
    if (!too_short) too_short = std::move(outcome);
  }
  if (too_short) return *std::move(too_short);
  if (!read) return {FlipEvent::nobody_looked, "no queue could be read" + within};
  for (const auto& [name, cure] : watch.cures)
    if (cure.was_stalled && !cure.last)
      return {FlipEvent::nobody_looked, "queue " + name.str() + " could not be read" + within};
  return {FlipEvent::nobody_looked, "no job was due, so nothing could prove a cure"};
}

/// An age in the snapshot, plus the time since the snapshot arrived.
Millis age_now(const SupervisorState& s, Millis age, Instant now) {
  return age + std::chrono::duration_cast<Millis>(now - s.snapshot_at);
}

/// For how much of the step no node could act, because the store gave no reply.
Millis unseen_time(const FlipStepWatch& seen, const LeaseTimings& timings, Instant now) {
  const auto gap = std::chrono::duration_cast<Millis>(now - seen.last_seen);
  return seen.unseen + (gap > longest_gap(timings) ? gap : Millis{0});
}

/// For each queue that the flip was for.
void learn_from_outcome(PoolWatch& watch, const FlipView& flip, FlipEvent event) {
  for (const auto& [name, cure] : watch.cures) {
    const auto queue = watch.queues.find(name);
    if (!cure.was_stalled || queue == watch.queues.end()) continue;
    const bool cured = event == FlipEvent::completed || is_cured(cure);
    const auto otherwise = flip.automatic ? FlipEffect::none : FlipEffect::unknown;
    learn_from_flip(queue->second.detector, cured ? FlipEffect::cured : otherwise);
  }
}

void record_if_known(Step& step, PoolWatch& watch, const FlipView& flip) {
  if (std::string proof = proof_of_cure(watch); !proof.empty()) {
    learn_from_outcome(watch, flip, FlipEvent::completed);
    return record(step, watch, flip.id, FlipEvent::completed, std::move(proof));
  }
  const Millis age = age_now(step.state, flip.state_age, step.now);
  const Millis unseen = unseen_time(watch.step, watch.settings.timings, step.now);
  count_time_with_work(watch, age - unseen, step.now);
  if (age - unseen < watch.settings.verify_timeout) return;
  auto [event, sentence] = outcome_at_timeout(watch);
  // a proof may still come until the store's own deadline, and the store accepts this only after it
  if (event == FlipEvent::nobody_looked && !flip.overdue) return;
  learn_from_outcome(watch, flip, event);
  record(step, watch, flip.id, event, std::move(sentence));
}

}  // namespace

namespace {

/// Of the new node, by the store's clock; 0 before its workers run.
Millis age_of_lease(const SupervisorState& s, const FlipView& flip, Instant now) {
  if (flip.state != FlipState::started) return Millis{0};
  const auto start = flip.started_at && flip.taken_at
                         ? std::chrono::duration_cast<Millis>(*flip.started_at - *flip.taken_at)
                         : Millis{0};
  return age_now(s, flip.state_age, now) + start;
}

/// When the running jobs were taken. Some systems round ages to seconds.
void date_running(CureWatch& cure, Millis lease_at_reading, Millis lease_now) {
  constexpr Millis kRounded{1000};
  const auto& oldest = cure.last->oldest_running;
  cure.all_new = oldest && *oldest + kRounded < lease_at_reading;
  cure.has_old = oldest && *oldest > lease_now + kRounded;
}

void confirm_time_with_work(CureWatch& cure) {
  if (cure.failed_in_a_row < detector::kBlindInARow) cure.had_work_for += cure.unconfirmed;
  cure.unconfirmed = Millis{0};
  cure.failed_in_a_row = 0;
}

/// Compared with its own earlier value: the clock that it is by may be ahead.
bool is_later(const std::optional<WallTime>& time, const std::optional<WallTime>& than) {
  return time && (!than || *time > *than);
}

}  // namespace

void count_failed_reading(PoolWatch& watch, const QueueName& queue) {
  if (!watch.judging) return;
  CureWatch& cure = watch.cures[queue];
  ++cure.failed_readings;
  ++cure.failed_in_a_row;
}

void watch_cure(const SupervisorState& s, PoolWatch& watch, const FlipView& flip,
                const QueueSample& sample, Millis took, Instant now) {
  CureWatch& cure = watch.cures[sample.queue];
  confirm_time_with_work(cure);
  const auto before = std::exchange(cure.last, sample);
  cure.fewest_running = cure.base ? std::min(cure.fewest_running, sample.running) : sample.running;
  const Millis lease = age_of_lease(s, flip, now);
  date_running(cure, lease - took, lease);
  // until the start of the new workers, the newest sample is the base
  const bool first = !cure.base || !watch.judging;
  if (first) {
    cure.base = sample;
    cure.done_floor = sample.done;
  }
  if (!watch.judging) return;
  cure.had_work = cure.had_work || has_work(cure);
  cure.completed = cure.completed || sample.done > cure.done_floor ||
                   is_later(sample.last_done_at, cure.base->last_done_at);
  cure.done_floor = std::min(cure.done_floor, sample.done);
  cure.backlog_moves = does_backlog_move(*cure.base, before, sample);
}

void record_outcome(Step& step, PoolWatch& watch, const PoolView& view) {
  if (!view.open_flip || watch.judged) return;
  const FlipView& flip = *view.open_flip;
  const bool pending = std::ranges::any_of(step.state.outcomes,
                                           [&](const FlipOutcome& o) { return o.flip == flip.id; });
  if (pending) return;
  if (flip.state == FlipState::started) {
    if (watch.judging == flip.id) record_if_known(step, watch, flip);
    return;
  }
  // since the store answers again, the node that must make the step had two beats for it
  const bool could_act =
      watch.step.last_seen - watch.step.since >= beat_fresh_within(watch.settings.timings);
  if (flip.overdue && could_act && find_transition(flip.state, FlipEvent::overdue))
    record(
        step, watch, flip.id, FlipEvent::overdue,
        "still " + std::string{name_of(flip.state)} + " after " + short_duration(flip.state_age));
}

}  // namespace jobflip::core::supervisor
