#pragma once
/// Where a replay's readings come from: a CSV, or what the store has kept of a queue.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/queue_choice.hpp"
#include "cli/session.hpp"
#include "jobflip/backtest/replay.hpp"

namespace jobflip::cli {

/// Standard input can be read only once: what was read to find its spacing comes first.
struct PipedReadings;

struct ReadingSource {
  core::QueueSettings settings;  // as the store has them; the defaults for a CSV
  std::string csv;               // "-": standard input; "": the store
  PoolName pool;
  WallTime since;
  WallTime until;
  Millis hold_down{30'000};               // of the pool; the default for a CSV
  std::vector<backtest::PoolMove> moves;  // of the pool since then, the oldest first
  std::optional<Millis> spacing;          // of a CSV's readings, if it is known
  std::shared_ptr<PipedReadings> piped;

  bool is_of_store() const { return csv.empty(); }
};

/// By the options of `backtest`: --csv, or QUEUE and --since.
Result<ReadingSource> reading_source(Session& session);

/// Each reading in its order.
Result<void> each_reading(Session& session, const ReadingSource& source,
                          const std::function<void(const backtest::Reading&)>& visit);
/// Whether the store has any. Always true of a CSV.
Result<bool> has_readings(Session& session, const ReadingSource& source);

/// Why a queue that is watched may have no reading yet.
extern const char* const kWhenReadingsAreKept;

}  // namespace jobflip::cli
