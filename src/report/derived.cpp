#include "jobflip/report/derived.hpp"

#include <algorithm>

#include "jobflip/core/evidence.hpp"
#include "report/decision.hpp"

namespace jobflip::report {
namespace {

constexpr Millis kMostAround{15 * 60'000};

bool was_expired(const core::FlipTimeline& timeline) {
  return std::ranges::find(timeline.steps, core::name_of(core::FlipState::expired),
                           &core::TimelineStep::state) != timeline.steps.end();
}

core::IncidentCause cause_of(const core::FlipTimeline& timeline,
                             const std::optional<Decision>& decision) {
  if (timeline.flip.takeover) return core::IncidentCause::node_loss;
  if (!timeline.flip.automatic) return core::IncidentCause::flip;
  const bool stuck = decision && stuck_for(*decision).has_value();
  if (!stuck && was_expired(timeline)) return core::IncidentCause::node_loss;
  return core::IncidentCause::verdict;
}

/// The reading that was the newest at that time, of the queue whose oldest job waits the longest.
void put_readings(core::StageReached& stage, const std::vector<Series>& queues) {
  for (const Series& series : queues) {
    const Point* newest = nullptr;
    for (const Point& point : series.points)
      if (point.read && point.at <= stage.at) newest = &point;
    if (newest == nullptr) continue;
    const bool is_worst =
        !stage.waiting || newest->oldest.value_or(Millis{-1}) > stage.oldest.value_or(Millis{-1});
    if (!is_worst) continue;
    stage.queue = series.queue.str();
    stage.waiting = newest->waiting;
    stage.oldest = newest->oldest;
  }
}

std::optional<WallTime> when_first_job(const core::FlipView& flip,
                                       const std::vector<Series>& queues) {
  std::optional<WallTime> first;
  for (const Series& series : queues)
    if (series.first_done && (!first || *series.first_done < *first)) first = series.first_done;
  const auto verified = flip.state == core::FlipState::verified ? flip.ended_at : std::nullopt;
  if (!first || !verified) return first ? first : verified;
  return std::min(*first, *verified);
}

/// Every queue that was in trouble is well; empty if one is not, or none was seen in trouble.
std::optional<WallTime> when_recovered(const std::vector<Series>& queues) {
  std::optional<WallTime> last;
  for (const Series& series : queues) {
    if (!series.in_trouble) continue;
    if (!series.well_again) return std::nullopt;
    last = std::max(last.value_or(*series.well_again), *series.well_again);
  }
  return last;
}

void put_peaks(core::Incident& incident, const std::vector<Series>& queues) {
  for (const Series& series : queues) {
    if (series.most_waiting)
      incident.most_waiting =
          std::max(incident.most_waiting.value_or(0), series.most_waiting->waiting);
    if (series.longest_wait && series.longest_wait->oldest)
      incident.longest_wait =
          std::max(incident.longest_wait.value_or(Millis{}), *series.longest_wait->oldest);
  }
}

SeriesRange around(WallTime begin, WallTime end, Millis before, Millis after, WallTime now) {
  SeriesRange range;
  range.onset = begin;
  range.since = begin - before;
  range.until = std::max(std::min(end + after, now), begin) + Millis{1};
  return range;
}

}  // namespace

SeriesRange range_of(const core::FlipTimeline& timeline, WallTime now, Millis least) {
  const auto& flip = timeline.flip;
  const auto begin = flip.requested_at - core::quiet_before(timeline.evidence);
  auto range = around(begin, flip.ended_at.value_or(now), least, kMostAround, now);
  range.started = flip.started_at;
  return range;
}

SeriesRange range_of(const core::Incident& incident, WallTime now, Millis least) {
  auto begin = reached(incident, core::IncidentStage::onset).value_or(incident.opened_at);
  for (const auto& stage : incident.stages) begin = std::min(begin, stage.at);
  const auto over = reached(incident, core::IncidentStage::recovered);
  const auto end = std::max(over ? *over : incident.closed_at.value_or(now), begin);
  const auto length = std::chrono::duration_cast<Millis>(end - begin);
  const auto pad = std::clamp(length, least, std::max(kMostAround, least));
  auto range = around(begin, end, pad, pad, now);
  range.over = end;
  range.started = reached(incident, core::IncidentStage::started);
  return range;
}

core::Incident incident_of(const core::FlipTimeline& timeline, const std::vector<Series>& queues) {
  using enum core::IncidentStage;
  const auto& flip = timeline.flip;
  const auto decision = read_decision(timeline.evidence);
  core::Incident out;
  out.pool = flip.pool;
  out.kind = core::IncidentClass::queued;
  out.cause = cause_of(timeline, decision);
  if (out.cause == core::IncidentCause::node_loss) out.kind = core::IncidentClass::node;
  const auto stuck_age = decision ? stuck_for(*decision) : std::nullopt;
  if (out.cause == core::IncidentCause::flip && !stuck_age) out.kind = core::IncidentClass::other;
  out.sentence = flip.reason;
  out.opened_by = flip.actor;
  out.opened_at = flip.requested_at;
  out.flips = {flip.id};
  const auto add = [&](core::IncidentStage stage, std::optional<WallTime> at, bool of_flip) {
    if (!at) return;
    core::StageReached reached_then{stage, *at, {}, "", {}, {}};
    if (of_flip) reached_then.flip = flip.id;
    put_readings(reached_then, queues);
    out.stages.push_back(std::move(reached_then));
  };
  const auto quiet = core::quiet_before(timeline.evidence);
  if (quiet > Millis{}) add(onset, flip.requested_at - quiet, false);
  if (stuck_age) add(detected, flip.requested_at - *stuck_age, false);
  add(decided, flip.requested_at, true);
  add(stopped, flip.released_at, true);
  add(granted, flip.taken_at, true);
  add(started, flip.started_at, true);
  if (flip.started_at) {
    add(first_job, when_first_job(flip, queues), true);
    add(recovered, when_recovered(queues), false);
  }
  out.closed_at = reached(out, recovered);
  if (!out.closed_at) out.closed_at = flip.ended_at;
  put_peaks(out, queues);
  return out;
}

}  // namespace jobflip::report
