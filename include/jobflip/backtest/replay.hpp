#pragma once
/// Replays readings of a queue through the detector that runs in production: which verdicts it
/// would have given, and when a flip would have been wanted. Pure and deterministic: the same
/// readings, settings and rhythm give the verdicts that a supervisor gave live. Where that began
/// its watch again, so does the replay.
///
/// A flip is wanted once the queue has been stuck for `hold_down` without a break, unless its own
/// readings show that its database is ill. A stall that was flipped or taken over did not end by
/// itself, and of one in which the watch began again nobody knows. The other gates are not applied:
/// cooldown, budget and candidates depend on that day, not on the queue.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::backtest {

/// Whatever gave a pool new workers: a flip, or the takeover of a silent holder.
struct PoolMove {
  WallTime at;
  std::optional<FlipId> flip;  // empty: a takeover

  bool operator==(const PoolMove&) const = default;
};

struct Reading {
  Millis at{};                   // since an origin that all readings share
  std::optional<WallTime> wall;  // for the hours of the week
  Result<core::QueueSample> sample{core::QueueSample{}};
  std::optional<core::QueueState> live{};  // the verdict at that time, if it is known
  bool begins{false};                      // live, the watch began again here, as after a flip
  std::optional<PoolMove> moved{};         // the pool, since the reading before
};

struct ReplayVerdict {
  Millis at{};
  core::QueueState verdict{};
  std::string reason;
  bool changed{false};  // not the verdict of the reading before
};

struct WantedFlip {
  Millis at{};
  Millis stuck_for{};
  std::string reason;
  std::optional<Millis> ended_by_itself;  // so long after `at`, the queue recovered without a flip
  std::optional<PoolMove> moved{};        // what was done about the stall
};

/// Takes one reading at a time, so that years of readings need no memory.
class Replay {
 public:
  Replay(core::QueueSettings settings, Millis hold_down);
  /// Requires: `reading.at` is not before the one before.
  ReplayVerdict next(const Reading& reading);
  const std::vector<WantedFlip>& flips() const { return flips_; }
  const core::Rhythm& rhythm() const { return state_.rhythm; }

 private:
  bool would_help(Instant now) const;
  void follow_stuck(bool stuck, const Reading& reading, const ReplayVerdict& said);

  core::QueueSettings settings_;
  Millis hold_down_;
  core::DetectorState state_;
  bool began_{false};
  std::optional<Millis> stuck_since_;
  std::optional<PoolMove> moved_;  // since then
  bool wanted_{false};             // a flip, since then
  std::vector<WantedFlip> flips_;
};

}  // namespace jobflip::backtest
