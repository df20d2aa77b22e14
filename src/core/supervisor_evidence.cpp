#include <algorithm>

#include "core/detector_parts.hpp"
#include "core/supervisor_parts.hpp"

namespace jobflip::core::supervisor {
namespace {

/// What is stuck brings all its samples, the others their newest.
QueueEvidence evidence_of(const QueueWatch& queue, Instant now) {
  const DetectorState& d = queue.detector;
  QueueEvidence out{.queue = queue.settings.name,
                    .verdict = d.state,
                    .verdict_age = age_of(d.state_since, now),
                    .window = windows_of(queue.settings, d.rhythm).stall,
                    .quiet = detector::quiet_of(d, now),
                    .reason = queue.reason,
                    .newest_first = {queue.recent.rbegin(), queue.recent.rend()}};
  if (!is_stuck(d.state) && out.newest_first.size() > 1) out.newest_first.resize(1);
  return out;
}

}  // namespace

Evidence make_evidence(const PoolWatch& watch, const PoolView& view, const FlipIntent& intent,
                       const FlipPlan& plan, Instant now) {
  Evidence evidence = core::evidence_of(view, intent, plan);
  evidence.queues.clear();
  for (const auto& [name, queue] : watch.queues) evidence.queues.push_back(evidence_of(queue, now));
  return evidence;
}

}  // namespace jobflip::core::supervisor
