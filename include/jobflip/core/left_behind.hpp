#pragma once
/// What a flip left behind: the jobs that ran on the old node when the flip was decided, and how
/// its workers ended. A job that was cut off runs again once its queue system gives it back, so a
/// reviewer wants to know which.
///
/// The supervisor publishes what runs beside its verdicts, and the store copies what was published
/// last when it accepts a flip: nothing waits for it. It is what one reading saw: a job that was
/// taken since is not in it, and one that ended since still is.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/worker.hpp"

namespace jobflip::core {

inline constexpr std::size_t kMostRunningIds = 50;      // of one queue
inline constexpr std::size_t kMostRunningIdBytes = 64;  // of one job

struct RunningJobs {
  QueueName queue;
  std::string preset;                // "": the queue has a query of its own
  std::optional<std::int64_t> jobs;  // empty: its last reading failed
  std::vector<std::string> ids;      // of the oldest of them, if the preset can tell
  Millis read_ago{};                 // before the flip was requested
};

struct LeftBehind {
  WorkersEnd workers{WorkersEnd::unknown};
  std::int64_t jobs{0};             // in all queues that could be read
  std::vector<RunningJobs> queues;  // those that had any, the most first
  std::int64_t queues_left_out{0};  // beyond the 10 that are kept
};

}  // namespace jobflip::core
