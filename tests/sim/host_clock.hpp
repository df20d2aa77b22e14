#pragma once
/// A host's CLOCK_BOOTTIME. It starts at zero with each boot and runs slightly fast or slow, at a
/// rate that drifts. Its whole course is drawn before the world begins, so that a timer set now
/// fires exactly when the clock will show its time, whatever the rate does until then.

#include <vector>

#include "sim/timeline.hpp"

namespace jobflip::sim {

class HostClock {
 public:
  /// Valid from `from` on. Requires: ordered by `from`, the first at 0.
  void runs_at(double rate, Nanos from);
  void boots(Nanos now, Nanos shows);
  Instant local(Nanos true_time) const;
  /// The first true time at which the clock shows `local_time` or later.
  Nanos when(Instant local_time) const;

 private:
  struct Piece {
    Nanos from;
    double rate;
    Nanos ran;  // time on this clock until `from`
  };
  Nanos ran_until(Nanos true_time) const;

  std::vector<Piece> pieces_;
  Nanos booted_ran_{0};  // time on the clock until the boot
  Nanos first_{0};       // what the clock showed at the boot
};

}  // namespace jobflip::sim
