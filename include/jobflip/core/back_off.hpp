#pragma once
/// How long whoever lost the store waits before the next try: longer with each failure, up to 5 s,
/// and spread, so that those who lost it together do not come back together. Every caller that
/// reconnects asks this.
///
/// A process makes at most 10 connection attempts in any second, by these shares:
///
///   5  the agent's own calls that are not a live lease's beat, or those beats (kBeatRetryGap)
///   2  other calls beside such beats (kBesideBeats)
///   1  the wake signal, whose polling finds everything out meanwhile (kWake)
///   1  notes that wait for the store (kNotes)
///   or, in a supervisor, which has no notes,
///   1  its other connection to the store (kConnectGap), which no database of a queue holds up, and
///   1  those to the databases of queues, together (kConnectGap)
///
/// A beat of a live lease is never put off by more than kBeatRetryGap: the arithmetic of the lease
/// (docs/safety.md) counts on its retries.

#include <cstdint>
#include <string_view>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

struct BackOff {
  Millis first;    // after the first failure: from half of it to all of it
  Millis longest;  // doubled with each further failure, up to this
};

inline constexpr BackOff kCalls{Millis{400}, Millis{5000}};
inline constexpr BackOff kBesideBeats{Millis{1200}, Millis{1200}};
inline constexpr BackOff kWake{Millis{2000}, Millis{5000}};
inline constexpr BackOff kNotes{Millis{2000}, Millis{5000}};
inline constexpr BackOff kConnections{Millis{400}, Millis{5000}};
inline constexpr Millis kBeatRetryGap{200};
inline constexpr Millis kConnectGap{1000};

/// From half of the whole wait to all of it, by `seed` and the number of failures in a row.
/// Requires: failures >= 1.
Millis back_off(const BackOff& limits, int failures, std::uint64_t seed);

/// A seed from a text that differs from process to process.
std::uint64_t seed_of(std::string_view text) noexcept;

}  // namespace jobflip::core
