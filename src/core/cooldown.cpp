#include "core/cooldown.hpp"

#include <algorithm>

namespace jobflip::core {

Cooldown cooldown_after(FlipState end, int level, const PoolSettings& pool, bool restart) {
  if (restart && end != FlipState::aborted)
    return {end == FlipState::verified ? 0 : level, Millis{0}};
  if (end == FlipState::verified) return {0, pool.cooldown};
  if (end == FlipState::aborted) return {level, pool.cooldown};
  Millis length = pool.cooldown;
  for (int i = 0; i <= level && length < pool.cooldown_max; ++i) length *= 2;
  return {level + 1, std::min(length, pool.cooldown_max)};
}

bool was_no_cure(FlipState end) noexcept {
  return end == FlipState::ineffective || end == FlipState::failed;
}

bool is_spent(const LastRestart& last, const PoolSettings& pool) noexcept {
  return last.since_end < pool.cooldown || (last.of_this_lease && was_no_cure(last.end));
}

}  // namespace jobflip::core
