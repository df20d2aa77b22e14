#include <algorithm>

#include "core/supervisor_parts.hpp"

namespace jobflip::core::supervisor {
namespace {

Millis since(Instant then, Instant now) {
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(now - then));
}

Millis quiet_of(const DetectorState& d, Instant now) {
  if (!d.busy_since) return Millis{0};
  return since(std::max(*d.busy_since, d.last_activity.value_or(*d.busy_since)), now);
}

/// What is STALLED brings all its samples, the others their newest.
QueueEvidence evidence_of(const QueueWatch& queue, Instant now) {
  const DetectorState& d = queue.detector;
  QueueEvidence out{.queue = queue.settings.name,
                    .verdict = d.state,
                    .verdict_age = since(d.state_since, now),
                    .window = stall_window(queue.settings),
                    .quiet = quiet_of(d, now),
                    .reason = queue.reason,
                    .newest_first = {queue.recent.rbegin(), queue.recent.rend()}};
  if (d.state != QueueState::stalled && out.newest_first.size() > 1) out.newest_first.resize(1);
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
