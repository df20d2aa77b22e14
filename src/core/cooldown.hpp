#pragma once
/// The cooldown: after an automatic flip the pool has no other one for a while. The SQL function
/// jobflip.advance_flip computes the same; a contract test compares the two on generated states.

#include "jobflip/core/flip.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Cooldown {
  int level{0};  // how many automatic flips in a row did not cure the pool
  Millis length{};
};

/// The cooldown after an automatic flip that ended in `end`; `level` is the level before it:
///
///   verified        level 0            length = cooldown
///   aborted         level unchanged    length = cooldown (an abort says nothing about a cure)
///   any other end   level + 1          length = min(cooldown * 2^(level + 1), cooldown_max)
Cooldown cooldown_after(FlipState end, int level, const PoolSettings& pool);

}  // namespace jobflip::core
