#pragma once
/// How long each step of a flip may last. The SQL function jobflip.flip_deadline computes the same;
/// a contract test compares the two on generated states.

#include "jobflip/core/flip.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

inline constexpr Millis kLeastToTake{2000};

struct StepFacts {
  Millis drain_timeout{};   // of this flip
  bool stalled{false};      // the workers are captured before they are stopped
  bool silent{false};       // the holder has not renewed its lease for longer than two beats
                            // and a call; false if no node holds the pool
  Millis takeover_after{};  // the effective one: a shorter setting takes effect after a while
};

/// From the moment the flip enters `state` until the step is overdue; 0 if the flip has ended.
Millis step_length(FlipState state, const PoolSettings& pool, const StepFacts& facts);

}  // namespace jobflip::core
