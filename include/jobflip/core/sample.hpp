#pragma once
/// One reading of a queue: how many jobs are due, running and done, and how old they are. The
/// query computes every age, so the clock of the supervisor's host does not matter.
/// sample_fields.hpp has the name and the description of each value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

struct QueueSample {
  QueueName queue;
  std::int64_t runnable{};                // due now and not taken
  std::optional<Millis> oldest_runnable;  // since it became due
  std::int64_t unpromoted{};              // due, and not yet moved to runnable
  std::int64_t running{};
  std::optional<Millis> oldest_running;
  std::int64_t done{};  // what it counts: DoneKind
  std::optional<WallTime> last_done_at;
  std::int64_t failed{};
  std::optional<bool> paused;            // empty: not stored in the database
  std::optional<std::int64_t> marker;    // rises with every claim
  std::optional<std::string> head;       // identity of the first runnable job
  std::optional<std::int64_t> blocked;   // due, held back by a concurrency key
  std::optional<std::int64_t> deferred;  // failed, waiting for their next attempt
  std::optional<Millis> oldest_deferred;
  std::optional<std::int64_t> overdue_running;  // running longer than their own timeout
  std::optional<Millis> oldest_untried;  // since the oldest due job without an attempt became due
  std::optional<Millis> expected_next;   // until the next job becomes due by its schedule

  bool operator==(const QueueSample&) const = default;
};

/// A sentence if the last completion is over a minute in the future of the reading, "" otherwise:
/// its time is by another clock, or in another zone.
std::string future_completion(const QueueSample& sample, WallTime read_at);

}  // namespace jobflip::core
