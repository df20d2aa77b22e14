#pragma once
/// Reads the queue of a preset: first what the catalog says, then the statement that fits it. The
/// catalog is read each time: a grant that was taken away, row-level security that was switched on
/// or a schema that was upgraded must not make a queue look idle.

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/job_history.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/pg/connection.hpp"
#include "jobflip/ports/queue_probe.hpp"
#include "probe/probe_row.hpp"

namespace jobflip::probe {

/// Requires: queue.preset has a value
Result<core::QueueSample> read_preset(pg::Connection& connection, const core::QueueSettings& queue);

/// What read_preset() would run. Both as there, with the same errors.
Result<ports::SourceStatement> preset_statement(pg::Connection& connection,
                                                const core::QueueSettings& queue);
Result<pg::Rows> explain_preset(pg::Connection& connection, const core::QueueSettings& queue);

/// The completed jobs that the system still has. Fails as read_preset(), and if the preset has no
/// history.
Result<std::vector<core::FinishedJob>> read_history(pg::Connection& connection,
                                                    const core::QueueSettings& queue);

/// What is to be put before a statement, so that the server runs and explains it.
inline constexpr std::string_view kExplain = "explain (analyze, buffers)\n";

ProbeAnswer answer_of(const pg::Rows& rows);

/// The query, limited where it runs: to a few rows, none of them long. libpq can't refuse a cell
/// before it has all of it. `offset 0`: or an expression might be computed twice.
std::string limited(std::string_view query);

}  // namespace jobflip::probe
