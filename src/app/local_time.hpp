#pragma once
/// The clock of a time zone, by the C library and this host's time zone data.

#include <optional>
#include <string>

#include "jobflip/cli/host_access.hpp"

namespace jobflip::app {

/// Empty if this host has no such zone. Changes $TZ while it runs: for a program with one thread.
std::optional<cli::LocalTime> local_time(const std::string& zone, WallTime at);

}  // namespace jobflip::app
