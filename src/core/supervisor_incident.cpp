// What the leading supervisor says of a pool's incident: that it begins, that the first job
// completed after a flip, and that the pool is well again. The store opens one by itself with each
// flip, hold and takeover.

#include <algorithm>

#include "core/detector_parts.hpp"
#include "core/supervisor_parts.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"

namespace jobflip::core::supervisor {
namespace {

constexpr Millis kSlowFor{120'000};          // LAGGING for so long is slowness
constexpr Millis kWellForLeast{5000};        // and for hold_down: then the incident is over
constexpr std::size_t kMostSentence = 1900;  // the store takes 2,000 bytes

struct Trouble {
  IncidentClass kind{};
  IncidentCause cause{IncidentCause::verdict};
  std::string sentence;
  std::optional<Instant> onset;
};

/// Not of a single held job: that may just be a long one.
bool is_stopped(const QueueWatch& queue) {
  using enum QueueState;
  const QueueState state = queue.detector.state;
  return state == stalled || state == failing || state == unpromoted || state == blocked ||
         (state == held && queue.flip_may_help);
}

bool is_slow(const QueueWatch& queue, Instant now) {
  return queue.detector.state == QueueState::lagging &&
         age_of(queue.detector.state_since, now) >= kSlowFor;
}

bool is_well(const QueueWatch& queue) {
  using enum QueueState;
  const QueueState state = queue.detector.state;
  return state == ok || state == idle || state == busy || state == paused || state == silent;
}

std::string sentence_of(const PoolWatch& watch, const QueueName& name, const QueueWatch& queue) {
  const bool judged = queue.flip_may_help && watch.judgement.cause != Cause::none;
  return printable("queue " + name.str() + " is " + std::string{name_of(queue.detector.state)} +
                       ": " + (judged ? with_cause(queue.reason, watch.judgement) : queue.reason),
                   kMostSentence);
}

/// A failing queue's attempts are movement, and no cure: it began with the last completion.
std::optional<Instant> onset_of(const DetectorState& d) {
  const bool moves = d.state == QueueState::failing || d.state == QueueState::lagging;
  return moves ? d.last_success : d.last_movement;
}

bool is_silent(const PoolView& view) {
  return view.owner.state == OwnerState::held && view.owner.beat_age &&
         *view.owner.beat_age >
             view.settings.timings.takeover_after + view.settings.timings.beat_every;
}

/// The first queue that is stalled, else a slow one, else a holder that is silent.
std::optional<Trouble> trouble_of(const PoolWatch& watch, const PoolView& view, Instant now) {
  for (const auto& [name, queue] : watch.queues) {
    if (queue.begins || !is_stopped(queue)) continue;
    const bool store = watch.judgement.cause == Cause::database;
    return Trouble{store ? IncidentClass::store : IncidentClass::queued, IncidentCause::verdict,
                   sentence_of(watch, name, queue), onset_of(queue.detector)};
  }
  if (is_silent(view))
    return Trouble{IncidentClass::node, IncidentCause::node_loss,
                   "node " + view.owner.holder.str() + " has been silent for " +
                       short_duration(*view.owner.beat_age) + ", and holds the pool",
                   now - *view.owner.beat_age};
  for (const auto& [name, queue] : watch.queues)
    if (!queue.begins && is_slow(queue, now))
      return Trouble{IncidentClass::slowness, IncidentCause::verdict,
                     sentence_of(watch, name, queue), queue.detector.state_since};
  return std::nullopt;
}

bool is_well(const PoolWatch& watch, const PoolView& view) {
  return view.owner.state == OwnerState::held && !is_silent(view) && !view.open_flip &&
         !crash_of_holder(view) && std::ranges::all_of(watch.queues, [](const auto& entry) {
           return !entry.second.begins && is_well(entry.second);
         });
}

/// No due job has waited for as long as users would notice.
bool is_calm(const PoolWatch& watch) {
  return std::ranges::all_of(watch.queues, [&](const auto& entry) {
    const auto& last = entry.second.detector.last;
    return last && (last->runnable == 0 || !last->oldest_runnable ||
                    *last->oldest_runnable < watch.settings.perceptible_after);
  });
}

void follow(std::optional<Instant>& since, bool holds, Instant now) {
  if (!holds) since.reset();
  if (holds && !since) since = now;
}

IncidentReport report_on(const Step& step, const PoolWatch& watch, IncidentReport::What what) {
  IncidentReport report;
  report.supervisor = step.state.self;
  report.supervisor_epoch = *step.state.epoch;
  report.pool = watch.settings.name;
  report.what = what;
  return report;
}

void open(Step& step, const PoolWatch& watch, Trouble trouble) {
  auto report = report_on(step, watch, IncidentReport::What::open);
  report.kind = trouble.kind;
  report.cause = trouble.cause;
  report.sentence = std::move(trouble.sentence);
  step.state.incidents.push_back({std::move(report), trouble.onset});
}

}  // namespace

void note_first_job(Step& step, PoolWatch& watch) {
  if (!watch.flip || !watch.judging || watch.first_job == watch.flip) return;
  const auto completed =
      std::ranges::find_if(watch.cures, [](const auto& entry) { return entry.second.completed; });
  if (completed == watch.cures.end()) return;
  watch.first_job = watch.flip;
  auto report = report_on(step, watch, IncidentReport::What::first_job);
  report.flip = *watch.flip;
  report.sentence = "queue " + completed->first.str() + " completed its first job after flip " +
                    std::to_string(watch.flip->value);
  step.state.incidents.push_back({std::move(report), step.now});
}

void follow_incident(Step& step, PoolWatch& watch, const PoolView& view) {
  const bool pending = std::ranges::any_of(step.state.incidents, [&](const SeenIncident& one) {
    return one.report.pool == watch.settings.name;
  });
  const bool well = is_well(watch, view);
  follow(watch.well_since, well, step.now);
  follow(watch.calm_since, is_calm(watch), step.now);
  if (pending) return;
  // one that a flip or a person opened may turn out to be an outage
  if (!view.incident || !view.incident->has_onset) {
    auto trouble = trouble_of(watch, view, step.now);
    if (trouble && (!view.incident || trouble->onset)) open(step, watch, std::move(*trouble));
    if (trouble || !view.incident) return;
  }
  if (!well || view.incident->cause == IncidentCause::person) return;
  const Millis well_for = age_of(*watch.well_since, step.now);
  if (well_for < std::max(kWellForLeast, watch.settings.hold_down)) return;
  auto report = report_on(step, watch, IncidentReport::What::close);
  report.sentence = "the pool has been well for " + short_duration(well_for);
  // the verdicts come later than what they judge: first the watch begins again after a flip
  const Instant recovered = std::min(*watch.well_since, watch.calm_since.value_or(step.now));
  step.state.incidents.push_back({std::move(report), recovered});
}

}  // namespace jobflip::core::supervisor
