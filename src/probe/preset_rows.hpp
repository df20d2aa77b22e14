#pragma once
/// The rows of a preset's statement, with the names of queues as jobflip has them.

#include "probe/probe_row.hpp"

namespace jobflip::probe {

/// The system's name as a name that jobflip allows: in lower case, with a "-" for each run of other
/// characters, none of "._-" in front, at most 63 long. "Mailer::Job/high" is "mailer-job-high".
std::string queue_name_of(std::string_view raw);

/// The one row of `queue`. A row without a name is that of a queue which has no job at the moment:
/// the table was read, and it was not there. The answer has no row if there is neither.
Result<ProbeAnswer> row_of_queue(ProbeAnswer answer, const QueueName& queue);

}  // namespace jobflip::probe
