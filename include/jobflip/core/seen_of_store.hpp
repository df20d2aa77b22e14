#pragma once
/// What an agent has seen of the store, kept for the next process of its node. A store that has
/// less than that was set back. It is a witness and not state: if it is missing or damaged, the
/// next process has seen nothing, and whoever has seen nothing waits before it takes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"

namespace jobflip::core {

struct SeenEpoch {
  PoolName pool;
  Epoch epoch;
  bool operator==(const SeenEpoch&) const = default;
};

struct SeenOfStore {
  BeatNumber beat;                // the last of its own that was acknowledged
  std::vector<SeenEpoch> epochs;  // the highest of each pool, by name
  bool operator==(const SeenOfStore&) const = default;
};

/// As many pools as the store lets a beat name.
inline constexpr std::size_t kMostPoolsSeen = 1000;
/// More than kMostPoolsSeen lines of the longest name and number.
inline constexpr std::size_t kMostBytesOfSeen = 128 * 1024;

/// A line for the beat, one for each pool, and a checksum of all of them.
std::string text_of(const SeenOfStore& seen);
/// Empty unless `text` is exactly what text_of() writes.
std::optional<SeenOfStore> parse_seen(std::string_view text);

}  // namespace jobflip::core
