#include "jobflip/core/observed_stalls.hpp"

#include <algorithm>

#include "jobflip/core/queue_state.hpp"

namespace jobflip::core {

bool last_goes_on(const PoolView& pool, const ObservedStalls& stalls) {
  if (stalls.wanted == 0 || stalls.last_is_flipped) return false;
  return std::ranges::any_of(pool.queues, [](const QueueView& queue) {
    const auto verdict = parse_queue_state(queue.verdict);
    return verdict && is_stuck(*verdict);
  });
}

std::int64_t ended_by_themselves(const PoolView& pool, const ObservedStalls& stalls) {
  const std::int64_t others = stalls.flipped + (last_goes_on(pool, stalls) ? 1 : 0);
  return std::max<std::int64_t>(0, stalls.wanted - others);
}

}  // namespace jobflip::core
