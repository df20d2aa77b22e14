#pragma once
/// Kept readings of a queue through the detector that production runs: what it would have said, and
/// when a flip would have been wanted. Pure and deterministic: live gave the same verdicts for the
/// same readings, settings and rhythm. Where live began its watch again, so does the replay.
///
/// A flip is wanted once the queue is stuck for `hold_down` without a break. No other gate is
/// looked at: cooldown, budget and candidates are facts of that time, not of the queue.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::backtest {

struct Reading {
  Millis at{};                   // since an origin that all readings share
  std::optional<WallTime> wall;  // for the hours of the week
  Result<core::QueueSample> sample{core::QueueSample{}};
  std::optional<core::QueueState> live{};  // what was said at that time, if it is known
  bool begins{false};                      // live, the watch began again with it: after a flip, say
};

struct Said {
  Millis at{};
  core::QueueState verdict{};
  std::string reason;
  bool changed{false};  // another verdict than before
};

struct WantedFlip {
  Millis at{};
  Millis stuck_for{};
  std::string reason;
  std::optional<Millis> ended_by_itself;  // after `at`, the queue was not stuck any more
};

/// One reading after another, so that years of them need no memory.
class Replay {
 public:
  Replay(core::QueueSettings settings, Millis hold_down);
  /// Requires: `reading.at` is not before the one before.
  Said next(const Reading& reading);
  const std::vector<WantedFlip>& flips() const { return flips_; }
  const core::Rhythm& rhythm() const { return state_.rhythm; }

 private:
  void follow_stuck(bool stuck, const Said& said);

  core::QueueSettings settings_;
  Millis hold_down_;
  core::DetectorState state_;
  bool began_{false};
  std::optional<Millis> stuck_since_;
  bool wanted_{false};  // of this time that it is stuck
  std::vector<WantedFlip> flips_;
};

}  // namespace jobflip::backtest
