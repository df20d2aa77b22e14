#pragma once
/// How long a timer of asio waits for a point on the boot clock.

#include <algorithm>
#include <chrono>

#include "jobflip/base/time.hpp"

namespace jobflip::daemon {

/// At most an hour. asio's timers stop while the machine is suspended: whatever runs then compares
/// with the boot clock again, so that a timer that is late or early decides nothing.
inline std::chrono::steady_clock::duration left_until(Instant at) {
  return std::clamp<std::chrono::nanoseconds>(at - BootClock::now(), std::chrono::nanoseconds{0},
                                              std::chrono::hours{1});
}

}  // namespace jobflip::daemon
