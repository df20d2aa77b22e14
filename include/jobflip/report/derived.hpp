#pragma once
/// An incident from what is known of one flip, for a flip that belongs to no kept incident:
///
///   onset      the request, less the longest time that a stuck queue had been quiet
///   detected   the request, less the longest time that a queue had been STALLED or HELD
///   decided    the request
///   stopped    the old node released the lease, or it ran out
///   granted    the new node took it
///   started    its workers run
///   first_job  the first reading after that which shows one more completed job; if there is none
///              and the flip is verified, when a supervisor recorded that
///   recovered  the first reading with a good verdict after that, of the queue that took longest
///
/// A time that nobody saw is absent. No clock is compared with another one: each of these is the
/// store's.

#include "jobflip/core/history.hpp"
#include "jobflip/core/incident.hpp"
#include "jobflip/report/series.hpp"

namespace jobflip::report {

/// Which readings a page about the flip needs. Before the onset and after the end there is as much
/// again as the trouble lasted, from `least` up to 15 minutes.
SeriesRange range_of(const core::FlipTimeline& timeline, WallTime now, Millis least);
SeriesRange range_of(const core::Incident& incident, WallTime now, Millis least);

core::Incident incident_of(const core::FlipTimeline& timeline, const std::vector<Series>& queues);

}  // namespace jobflip::report
