#include <algorithm>
#include <utility>

#include "core/supervisor_parts.hpp"

namespace jobflip::core::supervisor {
namespace {

bool is_cured(const CureWatch& cure) {
  return cure.completed && cure.backlog_moves;
}

bool has_nothing_due(const CureWatch& cure) {
  return cure.last && cure.last->runnable == 0;
}

/// The oldest is not merely getting older: nothing is due, or it is younger than before, or fewer
/// jobs wait, or another job is at the front. A batch that became due in one moment only ages until
/// its last job is taken, so the age alone would call a cure ineffective.
bool does_backlog_move(const QueueSample& base, const std::optional<QueueSample>& before,
                       const QueueSample& sample) {
  if (sample.runnable == 0 || !sample.oldest_runnable) return true;
  if (!before) return false;  // one reading shows no direction
  if (before->oldest_runnable && *sample.oldest_runnable <= *before->oldest_runnable) return true;
  if (sample.runnable < base.runnable) return true;
  return base.head && sample.head && *base.head != *sample.head;
}

LogEventKind kind_of(FlipEvent event) {
  if (event == FlipEvent::completed) return LogEventKind::verified;
  if (event == FlipEvent::not_cured) return LogEventKind::ineffective;
  return event == FlipEvent::nobody_looked ? LogEventKind::unverified : LogEventKind::failed;
}

void say(Step& step, PoolWatch& watch, FlipId flip, FlipEvent event, std::string sentence) {
  SupervisorState& s = step.state;
  step.tell(kind_of(event), watch, "",
            "flip " + std::to_string(flip.value) + " of pool " + watch.settings.name.str() + ": " +
                std::string{name_of(event)} + ": " + sentence);
  watch.judged = true;
  s.outcomes.push_back({s.self, *s.epoch, flip, event, std::move(sentence)});
}

std::string figures(const CureWatch& cure) {
  std::string text = std::to_string(cure.last->runnable) + " due";
  if (cure.last->oldest_runnable)
    text += ", the oldest for " + short_duration(*cure.last->oldest_runnable);
  return text;
}

/// The sentence of a cure, "" where it is not proven yet. What was STALLED must complete a job, or
/// have nothing due; where it is not known what was (another supervisor asked), any queue will do.
std::string proof_of_cure(const PoolWatch& watch) {
  std::string proof;
  for (const auto& [name, cure] : watch.cures) {
    if (is_cured(cure) && proof.empty())
      proof = "queue " + name.str() + " completed a job; " + figures(cure);
    if (cure.was_stalled && !is_cured(cure) && !has_nothing_due(cure)) return "";
  }
  return proof;
}

struct Outcome {
  FlipEvent event{};
  std::string sentence;
};

/// What is to be said when verify_timeout has passed with no proof of a cure.
Outcome judge_at_timeout(const PoolWatch& watch) {
  if (watch.settings.queues.empty())
    return {FlipEvent::nobody_looked, "no queue is watched, so nothing could prove the cure"};
  const std::string within = " within " + short_duration(watch.settings.verify_timeout);
  bool read = false;
  for (const auto& [name, cure] : watch.cures) {
    if (!cure.last) continue;
    read = true;
    if (cure.completed && !cure.backlog_moves)
      return {FlipEvent::not_cured, "jobs complete in queue " + name.str() +
                                        ", but its oldest only gets older: " + figures(cure)};
    if (cure.was_due && !cure.completed)
      return {FlipEvent::not_cured,
              "queue " + name.str() + " completed no job" + within + "; " + figures(cure)};
  }
  if (!read) return {FlipEvent::nobody_looked, "no queue could be read" + within};
  for (const auto& [name, cure] : watch.cures)
    if (cure.was_stalled && !cure.last)
      return {FlipEvent::nobody_looked, "queue " + name.str() + " could not be read" + within};
  return {FlipEvent::nobody_looked, "nothing was due, so nothing could prove the cure"};
}

/// The snapshot's ages, moved on by the time since it arrived.
Millis moved_on(const SupervisorState& s, Millis age, Instant now) {
  return age + std::chrono::duration_cast<Millis>(now - s.snapshot_at);
}

/// How long of the step nobody could act: the store gave no answer.
Millis unseen_time(const FlipStepWatch& seen, const LeaseTimings& timings, Instant now) {
  const auto gap = std::chrono::duration_cast<Millis>(now - seen.last_seen);
  return seen.unseen + (gap > longest_gap(timings) ? gap : Millis{0});
}

void judge_started(Step& step, PoolWatch& watch, const FlipView& flip) {
  if (std::string proof = proof_of_cure(watch); !proof.empty())
    return say(step, watch, flip.id, FlipEvent::completed, std::move(proof));
  const Millis age = moved_on(step.state, flip.state_age, step.now);
  const Millis unseen = unseen_time(watch.step, watch.settings.timings, step.now);
  if (age - unseen < watch.settings.verify_timeout) return;
  auto [event, sentence] = judge_at_timeout(watch);
  // a proof may still come in the grace that the store gives; it takes this word only after it
  if (event == FlipEvent::nobody_looked && !flip.overdue) return;
  say(step, watch, flip.id, event, std::move(sentence));
}

}  // namespace

void log_cure(PoolWatch& watch, const FlipView& flip, const QueueSample& sample) {
  CureWatch& cure = watch.cures[sample.queue];
  const auto before = std::exchange(cure.last, sample);
  const bool first = !cure.base || !watch.judging;  // till the start the newest reading is the base
  if (first) {
    cure.base = sample;
    cure.done_floor = sample.done;
  }
  if (!watch.judging) return;
  cure.was_due = cure.was_due || sample.runnable > 0 || sample.running > 0;
  const bool finished_since =
      flip.started_at && sample.last_done_at && *sample.last_done_at > *flip.started_at;
  cure.completed = cure.completed || sample.done > cure.done_floor || finished_since;
  cure.done_floor = std::min(cure.done_floor, sample.done);
  cure.backlog_moves = does_backlog_move(*cure.base, before, sample);
}

void judge(Step& step, PoolWatch& watch, const PoolView& view) {
  if (!view.open_flip || watch.judged) return;
  const FlipView& flip = *view.open_flip;
  const bool pending = std::ranges::any_of(step.state.outcomes,
                                           [&](const FlipOutcome& j) { return j.flip == flip.id; });
  if (pending) return;
  if (flip.state == FlipState::started) {
    if (watch.judging == flip.id) judge_started(step, watch, flip);
    return;
  }
  // who must make the step had two beats to make it in since the store answers
  const bool could_act =
      watch.step.last_seen - watch.step.since >= beat_fresh_within(watch.settings.timings);
  if (flip.overdue && could_act && find_transition(flip.state, FlipEvent::overdue))
    say(step, watch, flip.id, FlipEvent::overdue,
        "still " + std::string{name_of(flip.state)} + " after " + short_duration(flip.state_age));
}

}  // namespace jobflip::core::supervisor
