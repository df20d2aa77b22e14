#pragma once
/// How long each step of a flip may last. PostgreSQL has the same sums in jobflip.flip_deadline; a
/// contract test holds the two equal on generated states.

#include "jobflip/core/flip.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

inline constexpr Millis kLeastToTake{2000};

struct StepFacts {
  Millis drain_timeout{};   // of this flip
  bool stalled{false};      // a look at the workers comes before the drain
  bool silent{false};       // the holder has not renewed its lease for longer than two beats
                            // and a call; never where nobody holds the pool
  Millis takeover_after{};  // in force: longer for a while after it was made shorter
};

/// From entering `state` until the step is overdue. 0 once the flip has ended.
Millis step_length(FlipState state, const PoolSettings& pool, const StepFacts& facts);

}  // namespace jobflip::core
