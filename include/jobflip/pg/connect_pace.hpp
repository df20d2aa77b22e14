#pragma once
/// Keeps the connections that share it from connecting in a burst: each waits for its own slot,
/// `gap` after the one before. Call it from any thread.

#include <chrono>
#include <mutex>
#include <optional>

#include "jobflip/base/time.hpp"

namespace jobflip::pg {

class ConnectPace {
 public:
  using Clock = std::chrono::steady_clock;
  explicit ConnectPace(Millis gap) : gap_(gap) {}
  /// The moment at which the caller may connect; nothing if that is past `latest`.
  std::optional<Clock::time_point> next_slot(Clock::time_point now, Clock::time_point latest);

 private:
  std::mutex mutex_;
  Millis gap_;
  Clock::time_point free_at_{};
};

}  // namespace jobflip::pg
