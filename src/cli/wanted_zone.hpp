#pragma once
/// The clock that a page shows beside UTC, as --time-zone names it.

#include <functional>
#include <optional>
#include <string>

#include "cli/session.hpp"
#include "jobflip/cli/host_access.hpp"
#include "jobflip/report/zone.hpp"

namespace jobflip::cli {

struct WantedZone {
  std::string name;  // "": none
  std::function<std::optional<LocalTime>(const std::string& zone, WallTime at)> local_time;
};

/// As the options name it, and by this host's time zone data.
WantedZone wanted_zone(const Session& session);

/// The exit code if this host has no such zone.
std::optional<ExitCode> refuse_zone(Session& session, const WantedZone& zone);

/// The spans of the zone from `since` to `until`.
report::Zone zone_between(const WantedZone& zone, WallTime since, WallTime until);

}  // namespace jobflip::cli
