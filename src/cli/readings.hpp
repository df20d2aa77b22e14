#pragma once
/// Where a replay's readings come from: a CSV, or what the store has kept of a queue.

#include <functional>
#include <string>

#include "cli/queue_choice.hpp"
#include "cli/session.hpp"
#include "jobflip/backtest/replay.hpp"

namespace jobflip::cli {

struct ReadingSource {
  core::QueueSettings settings;  // as the store has them; the defaults for a CSV
  std::string csv;               // "-": standard input; "": the store
  PoolName pool;
  WallTime since;
  WallTime until;
};

/// By the options of `backtest`: --csv, or QUEUE and --since.
Result<ReadingSource> reading_source(Session& session);

/// Each reading in its order.
Result<void> each_reading(Session& session, const ReadingSource& source,
                          const std::function<void(const backtest::Reading&)>& visit);

}  // namespace jobflip::cli
