#include "core/cooldown.hpp"

#include <algorithm>

namespace jobflip::core {

Cooldown cooldown_after(FlipState end, int level, const PoolSettings& pool) {
  if (end == FlipState::verified) return {0, pool.cooldown};
  if (end == FlipState::aborted) return {level, pool.cooldown};
  Millis length = pool.cooldown;
  for (int i = 0; i <= level && length < pool.cooldown_max; ++i) length *= 2;
  return {level + 1, std::min(length, pool.cooldown_max)};
}

}  // namespace jobflip::core
