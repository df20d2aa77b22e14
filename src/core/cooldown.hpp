#pragma once
/// How long a pool rests after an automatic flip. PostgreSQL has the same sums in
/// jobflip.advance_flip; a contract test holds the two equal on generated states.

#include "jobflip/core/flip.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Cooldown {
  int level{0};  // how many automatic flips in a row cured nothing
  Millis length{};
};

/// After an automatic flip that ended in `end`; `level` is the one before. An abort says nothing of
/// a cure: the level stays.
Cooldown cooldown_after(FlipState end, int level, const PoolSettings& pool);

}  // namespace jobflip::core
