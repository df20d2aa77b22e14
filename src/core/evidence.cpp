#include "jobflip/core/evidence.hpp"

#include <algorithm>

namespace jobflip::core {
namespace {

std::vector<QueueSample> published_sample(const QueueView& queue) {
  if (!queue.sample) return {};
  return {*queue.sample};
}

/// Without `stall_after` the supervisor's window is learned, and only it knows it.
std::optional<Millis> window_of(const PoolView& pool, const QueueName& queue) {
  const QueueSettings* found = pool.settings.find(queue);
  if (found == nullptr || !found->stall_after) return std::nullopt;
  return windows_of(*found, Rhythm{}).stall;
}

}  // namespace

Evidence evidence_of(const PoolView& pool, const FlipIntent& intent, const FlipPlan& plan) {
  Evidence evidence;
  evidence.automatic = !intent.manual;
  evidence.pool = pool.settings.name;
  evidence.epoch = pool.owner.epoch;
  evidence.holder = pool.owner.holder;
  evidence.intent = intent;
  evidence.plan = plan;
  if (const CandidateView* crashing = find_crashing_holder(pool))
    evidence.crashing_holder = *crashing;
  for (const QueueView& queue : pool.queues)
    evidence.queues.push_back({.queue = queue.queue,
                               .verdict = parse_queue_state(queue.verdict),
                               .verdict_age = queue.verdict_age,
                               .window = window_of(pool, queue.queue),
                               .quiet = std::nullopt,
                               .reason = queue.reason,
                               .newest_first = published_sample(queue)});
  return evidence;
}

}  // namespace jobflip::core
