#pragma once
/// Reads the queue of a preset: first what the catalog says, then the statement that fits it. The
/// catalog is read each time: a grant that was taken away, row-level security that was switched on
/// or a schema that was upgraded must not make a queue look idle.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/job_history.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/pg/connection.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "probe/probe_row.hpp"

namespace jobflip::probe {

struct PresetReading {
  core::QueueSample sample;
  std::string running;  // the statement for the ids of its running jobs; "": it can't tell
};

/// Requires: queue.preset has a value
Result<PresetReading> read_preset(pg::Connection& connection, const core::QueueSettings& queue);

/// The ids by PresetReading::running. One round trip: what the reading found in the catalog holds.
Result<std::vector<std::string>> read_running(pg::Connection& connection,
                                              const core::QueueSettings& queue,
                                              const std::string& statement);

/// What read_preset() would run, and its plan; with the same errors.
Result<ports::SourceStatement> preset_statement(pg::Connection& connection,
                                                const core::QueueSettings& queue);
Result<std::string> explain_preset(pg::Connection& connection, const core::QueueSettings& queue);

/// The completed jobs that the system still has. Fails as read_preset(), and if the preset has no
/// history.
Result<std::vector<core::FinishedJob>> read_history(pg::Connection& connection,
                                                    const core::QueueSettings& queue);

ProbeAnswer answer_of(const pg::Rows& rows);

/// The query with limits that the server enforces: on the number of rows and on the size of each.
/// libpq can't refuse a cell before it has received all of it. `offset 0` keeps the planner from
/// computing an expression twice.
std::string limited(std::string_view query);

}  // namespace jobflip::probe
