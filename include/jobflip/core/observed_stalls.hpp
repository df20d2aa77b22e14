#pragma once
/// What mode observe held back in the last 7 days: the flips that were wanted and not made because
/// of it, and what became of these stalls.

#include <cstdint>
#include <map>

#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct ObservedStalls {
  PoolName pool;
  std::int64_t wanted{0};       // flips that were not made because of the mode
  std::int64_t flipped{0};      // of these stalls, a person flipped so many
  bool last_is_flipped{false};  // and the last one is among them
};
/// Of the pools in mode observe; a pool that is not there was not asked for.
using ObservedPools = std::map<PoolName, ObservedStalls>;

/// The last one goes on: a queue of the pool is stuck, and nobody flipped it.
bool last_goes_on(const PoolView& pool, const ObservedStalls& stalls);
/// The stalls that ended although nobody flipped the pool.
std::int64_t ended_by_themselves(const PoolView& pool, const ObservedStalls& stalls);

}  // namespace jobflip::core
