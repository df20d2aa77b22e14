#pragma once
/// How long a caller waits after a failed call or connection. The wait grows with each failure, up
/// to 5 s, and has jitter: processes that lost the store together do not come back together. Every
/// caller that reconnects uses it.
///
/// Invariant: a process makes at most 10 connection attempts in any second. The shares are:
///
///   5  the agent's calls: a live lease's beats (kBeatRetryGap), or any call without one (kCalls)
///   2  other calls beside the beats of a live lease (kBesideBeats)
///   1  the connection for wake-ups (kWake); the agent polls meanwhile
///   or, in a supervisor,
///   1  its other connection to the store (kConnectGap), which no queue's database delays
///   1  the connections to the queues' databases, together (kConnectGap)
///
/// Invariant: a beat of a live lease is retried after kBeatRetryGap at the latest. The arithmetic
/// of the lease (docs/safety.md) depends on it.

#include <cstdint>
#include <string_view>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

struct BackOff {
  Millis first;    // the wait after the first failure; jitter takes off up to half of it
  Millis longest;  // each further failure doubles the wait, up to this
};

inline constexpr BackOff kCalls{Millis{400}, Millis{5000}};
inline constexpr BackOff kBesideBeats{Millis{1200}, Millis{1200}};
inline constexpr BackOff kWake{Millis{2000}, Millis{5000}};
inline constexpr BackOff kConnections{Millis{400}, Millis{5000}};
inline constexpr Millis kBeatRetryGap{200};
inline constexpr Millis kConnectGap{1000};

/// The wait after `failures` failures in a row. The jitter, derived from `seed`, gives between half
/// of the full wait and all of it. Requires: failures >= 1.
Millis back_off(const BackOff& limits, int failures, std::uint64_t seed);

/// A seed made from a text. Use a text that is different in each process.
std::uint64_t seed_of(std::string_view text) noexcept;

}  // namespace jobflip::core
