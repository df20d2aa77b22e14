#pragma once
/// Reads the queues of the pools, each at its source: the database that its jobs are in. "No rows"
/// does not mean "idle": if the query returns no row for a queue, the sample fails and the queue's
/// verdict is BLIND.

#include <memory>
#include <string>
#include <vector>

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/job_history.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::ports {

/// What a sample runs, for people.
struct SourceStatement {
  std::string sql;
  std::string made_for;  // "River, migration 4 and later"; "": it is the queue's own query
};

/// One database. Used from one thread, but for cancel(). Two sources never wait for each other.
class QueueSource {
 public:
  virtual ~QueueSource() = default;
  /// Takes one sample. Fails, and names the fault, if the query fails, or if it returns wrong
  /// columns, NULL for a required number, a negative age or count, two rows for one queue, or more
  /// than 1,000 rows.
  virtual Result<core::QueueSample> sample(const core::QueueSettings& queue) = 0;
  /// The jobs that run in the queue that sample() read last: the oldest first, at most
  /// core::kMostRunningIds, each printable and of at most core::kMostRunningIdBytes. Empty if its
  /// preset can't tell. A short statement of its own, so that no sample waits for it.
  virtual Result<std::vector<std::string>> running_ids(const core::QueueSettings& queue) = 0;
  /// The statement that sample() would run now.
  virtual Result<SourceStatement> statement(const core::QueueSettings& queue) = 0;
  /// Runs it, and returns the server's plan with times and buffers.
  virtual Result<std::string> plan(const core::QueueSettings& queue) = 0;
  /// Completed jobs that the tables of its preset still have, at most core::kMostFinishedJobs, the
  /// newest first. Requires a preset that has_history.
  virtual Result<std::vector<core::FinishedJob>> finished_jobs(
      const core::QueueSettings& queue) = 0;
  /// Ends the reading in progress, from any thread.
  virtual void cancel() noexcept = 0;
};

class QueueProbe {
 public:
  virtual ~QueueProbe() = default;
  /// Where the queue is read: by its `database`, the same object for the same name. Waits for
  /// nothing. An error: no such database is configured here.
  virtual Result<std::shared_ptr<QueueSource>> source_of(const core::QueueSettings& queue) = 0;
};

}  // namespace jobflip::ports
