#pragma once
/// The demo reads the pool with the verbs that people use: `status`, `history` and `show`, as JSON.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::demo {

class Fleet;

struct PoolReading {
  std::string holder;  // "" if no node holds the pool
  std::int64_t epoch{};
  std::optional<Millis> beat_age;  // of the holder
  std::string verdict;             // of the queue email; "" if none was published yet
  int ready_nodes{};               // candidates whose beat is fresh and says ready
};
Result<PoolReading> read_pool(const Fleet& fleet);
/// From the output of `jobflip status --format json`.
Result<PoolReading> parse_status(const std::string& json, const std::string& pool);

/// A flip that a supervisor or a person asked for, or a takeover of a silent holder.
struct MoveReading {
  core::HistoryKind kind{};
  std::optional<std::int64_t> flip;
  std::string state;
  std::string from;
  std::string to;
  std::string reason;
  WallTime at;  // a flip: when it was requested; a takeover: when the lease was taken
  std::optional<Millis> to_active;  // from then until workers ran
};
/// Oldest first.
Result<std::vector<MoveReading>> read_moves(const Fleet& fleet);
/// From the output of `jobflip history POOL --format json`.
Result<std::vector<MoveReading>> parse_history(const std::string& json);

}  // namespace jobflip::demo
