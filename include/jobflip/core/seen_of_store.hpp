#pragma once
/// What an agent has seen of the store, saved in a file for the next process of its node. A store
/// that has less was set back. No agent depends on the file: if it is missing or damaged, the next
/// process has seen nothing, and so waits before it takes a pool.

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
  BeatNumber beat;                // the node's last acknowledged beat
  std::vector<SeenEpoch> epochs;  // the highest epoch of each pool, sorted by name
  bool operator==(const SeenOfStore&) const = default;
};

/// The store accepts no more pools in a beat.
inline constexpr std::size_t kMostPoolsSeen = 1000;
/// Enough for kMostPoolsSeen lines with the longest name and number.
inline constexpr std::size_t kMostBytesOfSeen = 128 * 1024;

/// The file's text: a line for the beat, one for each pool, and a checksum of them.
std::string text_of(const SeenOfStore& seen);
/// Empty unless `text` is exactly what text_of() writes.
std::optional<SeenOfStore> parse_seen(std::string_view text);

}  // namespace jobflip::core
