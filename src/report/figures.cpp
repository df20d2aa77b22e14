#include "report/figures.hpp"

#include <algorithm>

#include "jobflip/view/left_behind_view.hpp"

namespace jobflip::report {
namespace {

/// From one stage of that flip to another one.
std::optional<Millis> between_of(const core::Incident& incident, std::optional<FlipId> flip,
                                 core::IncidentStage from, core::IncidentStage to) {
  if (!flip) return core::between(incident, from, to);
  auto own = incident;
  std::erase_if(own.stages, [&](const auto& stage) { return stage.flip != flip; });
  return core::between(own, from, to);
}

/// Empty if no stage says of which flip it is.
std::optional<FlipId> cure_of(const Facts& facts) {
  std::optional<FlipId> last;
  std::optional<WallTime> started;
  for (const auto& stage : facts.incident.stages) {
    if (stage.stage != core::IncidentStage::started || !stage.flip) continue;
    if (!started || stage.at >= *started) last = stage.flip, started = stage.at;
  }
  if (!started) return std::nullopt;
  for (const auto& one : facts.flips)
    if (one.flip.state == core::FlipState::verified) last = one.flip.id;
  return last;
}

}  // namespace

std::optional<std::int64_t> maybe_twice(const core::FlipTimeline& timeline) {
  const auto end = view::workers_end(timeline);
  if (end.empty() || end == "running") return std::nullopt;
  if (end == "drained") return 0;
  return timeline.left_behind->jobs;
}

Figures figures_of(const Facts& facts) {
  using enum core::IncidentStage;
  const auto& incident = facts.incident;
  Figures out;
  out.standstill = core::between(incident, onset, first_job);
  if (!out.standstill && !reached(incident, first_job))
    out.standstill = core::between(incident, onset, core::IncidentStage::recovered);
  out.detection_delay = core::between(incident, onset, detected);
  out.decision_delay = core::between(incident, detected, decided);
  out.flip = cure_of(facts);
  out.flip_time = between_of(incident, out.flip, decided, started);
  out.to_first_job = between_of(incident, out.flip, started, first_job);
  out.recovery_time = core::between(incident, first_job, recovered);
  out.whole = core::between(incident, onset, recovered);
  out.most_waiting = incident.most_waiting;
  out.longest_wait = incident.longest_wait;
  const auto add = [](std::optional<std::int64_t>& sum, std::int64_t jobs) {
    sum = sum.value_or(0) + jobs;
  };
  for (const auto& flip : facts.flips) {
    if (flip.left_behind && !flip.flip.from.empty()) add(out.in_flight, flip.left_behind->jobs);
    if (const auto twice = maybe_twice(flip); twice && !flip.flip.from.empty())
      add(out.maybe_twice, *twice);
  }
  return out;
}

bool is_cured(const Facts& facts) {
  return !facts.flips.empty() && facts.flips.back().flip.state == core::FlipState::verified;
}

}  // namespace jobflip::report
