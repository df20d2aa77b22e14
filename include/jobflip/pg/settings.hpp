#pragma once
/// How a store is reached. One object of this room owns one connection, made at its first call and
/// made anew by the call after one that broke it; it is used from one thread, but for cancel().
///
/// Invariant: a call, connecting included, ends within `call_deadline`; what the deadline can't
/// bound is the lookup of a host name, so an address is better than a name.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"

namespace jobflip::store {

/// Keeps the connections that share it from connecting in a burst: each waits for a slot of its
/// own, `gap` after the one before. Any thread.
class ConnectPace {
 public:
  using Clock = std::chrono::steady_clock;
  explicit ConnectPace(Millis gap) : gap_(gap) {}
  /// The moment at which the caller may connect; nothing where that is past `latest`.
  std::optional<Clock::time_point> next_slot(Clock::time_point now, Clock::time_point latest);

 private:
  std::mutex mutex_;
  Millis gap_;
  Clock::time_point free_at_{};
};

struct StoreSettings {
  std::string conninfo;  // as libpq has it; "service=jobflip"
  Millis call_deadline{2000};
  std::string application_name{"jobflip"};
  std::shared_ptr<ConnectPace> pace{};  // none: whoever calls connects at once
  /// The jitter's seed where nobody above paces the calls: then a connection that could not be made
  /// is not tried again before core::back_off says so.
  std::optional<std::uint64_t> back_off_seed{};
  /// This program's version, which a beat leaves with the store; "": nothing.
  std::string program{};
};

}  // namespace jobflip::store
