#pragma once
/// Reads incidents, and judges them by rule at the store's time.

#include <vector>

#include "jobflip/core/incident_calls.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

Result<std::vector<core::Incident>> read_incidents(pg::Connection& connection,
                                                   const core::IncidentQuery& query);

/// With its stages, flips and notes.
Result<core::Incident> read_incident(pg::Connection& connection, IncidentId id);

}  // namespace jobflip::store
