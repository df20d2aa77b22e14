#pragma once
/// A host's CLOCK_BOOTTIME: begins anew with each boot, and runs a little fast or slow, at a rate
/// that drifts. Its whole course is drawn before the world begins, so that a timer set now comes
/// at the moment that the clock will really show, whatever the rate does until then.

#include <vector>

#include "sim/timeline.hpp"

namespace jobflip::sim {

class HostClock {
 public:
  /// From `from` on. Requires: in order of `from`, the first at 0.
  void runs_at(double rate, Nanos from);
  void boots(Nanos now, Nanos shows);
  Instant local(Nanos true_time) const;
  /// The first true time at which the clock shows `local_time` or later.
  Nanos when(Instant local_time) const;

 private:
  struct Piece {
    Nanos from;
    double rate;
    Nanos ran;  // by this clock, until `from`
  };
  Nanos ran_until(Nanos true_time) const;

  std::vector<Piece> pieces_;
  Nanos booted_ran_{0};  // what ran until the boot
  Nanos first_{0};       // what the clock showed then
};

}  // namespace jobflip::sim
