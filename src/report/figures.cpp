#include "report/figures.hpp"

#include <algorithm>

#include "jobflip/view/left_behind_view.hpp"

namespace jobflip::report {

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
  out.detection_delay = core::between(incident, onset, detected);
  out.decision_delay = core::between(incident, detected, decided);
  out.flip_time = core::between(incident, decided, started);
  out.to_first_job = core::between(incident, started, first_job);
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
