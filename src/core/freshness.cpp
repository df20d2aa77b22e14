#include "jobflip/core/freshness.hpp"

#include <algorithm>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/refusals.hpp"

namespace jobflip::core {
namespace {

constexpr Millis kStaleAtLeast{5000};

}  // namespace

bool is_held_by(const PoolView& pool, const NodeName& node) noexcept {
  return pool.owner.state == OwnerState::held && pool.owner.holder == node;
}

bool has_run_out(const PoolView& pool) noexcept {
  const OwnerView& owner = pool.owner;
  return owner.state == OwnerState::held && owner.beat_age &&
         *owner.beat_age >= pool.settings.timings.lease;
}

bool is_fresh(const std::optional<Millis>& beat_age, const LeaseTimings& timings) noexcept {
  return beat_age && *beat_age <= beat_fresh_within(timings);
}

std::optional<NodeName> leading_supervisor(const Snapshot& snapshot) {
  const auto& pool = snapshot.supervisors;
  if (!pool || pool->owner.state != OwnerState::held || !pool->owner.beat_age) return std::nullopt;
  if (*pool->owner.beat_age > pool->settings.timings.lease) return std::nullopt;
  return pool->owner.holder;
}

bool is_stale(const PoolView& pool, const QueueView& queue) noexcept {
  Millis every{};
  for (const auto& settings : pool.settings.queues)
    if (settings.name == queue.queue) every = settings.sample_every;
  return queue.sample_age > std::max(kStaleAtLeast, 3 * every);
}

bool may_need_a_flip(const QueueView& queue) noexcept {
  const auto state = parse_queue_state(queue.verdict);
  return state && flip_may_help(*state, queue.sample ? queue.sample->running : 0);
}

std::optional<Millis> stalled_for(const PoolView& pool) noexcept {
  std::optional<Millis> longest;
  for (const auto& queue : pool.queues) {
    if (!may_need_a_flip(queue) || is_stale(pool, queue)) continue;
    longest = std::max(longest.value_or(Millis{}), queue.verdict_age);
  }
  return longest;
}

}  // namespace jobflip::core
