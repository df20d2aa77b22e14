#pragma once
/// What an incident is called by rule. A person may decide otherwise (`jobflip incident set`), and
/// then no rule counts.
///
///   standstill   from the onset to the first job that completed after a flip, else to the
///                recovery, else to the closing; while it is open, until now. Only of the classes
///                `queued` and `node`: in the others jobs may complete meanwhile
///   perceptible  a due job waited for at least `perceptible_after`; or no reading is known and the
///                standstill lasted as long
///   downtime     perceptible, and the standstill lasted for at least `perceptible_after`
///                of a service (down or slow): it lasted for at least `perceptible_after` from its
///                onset; it is downtime if its class is not `slowness`
///   severity     critical: downtime; major: perceptible; minor: otherwise

#include <optional>

#include "jobflip/base/time.hpp"
#include "jobflip/core/incident.hpp"

namespace jobflip::core {

/// From its opening to its closing, or until now; 0 if a clock went back between them.
Millis length_of(const Incident& incident, WallTime now);

/// How long nothing was done; empty: the onset is not known, or the class has no standstill.
std::optional<Millis> standstill(const Incident& incident, WallTime now);

/// Sets what no person has decided.
void judge_by_rule(Incident& incident, WallTime now);

}  // namespace jobflip::core
