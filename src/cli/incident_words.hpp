#pragma once
/// What is typed about incidents.

#include <string>
#include <string_view>

#include "cli/session.hpp"
#include "jobflip/core/incident.hpp"

namespace jobflip::cli {

inline constexpr std::string_view kListIncidents =
    "`jobflip incident list` lists the incidents with their numbers";

/// The class of that name, or the Error that lists them.
Result<core::IncidentClass> typed_class(const std::string& text);

/// The incident with this number; kLast: the newest.
Result<core::Incident> read_incident(ports::ReaderStore& store, std::int64_t number);

/// The newest flip or takeover.
Result<FlipId> last_flip(ports::ReaderStore& store);

/// A pool that is there, or was and is in the log still; else the Error that asks which was meant.
Result<void> known_in_log(ports::ReaderStore& store, const PoolName& pool);

}  // namespace jobflip::cli
