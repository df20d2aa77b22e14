#pragma once
/// Where the queues are that a person wants to read by hand.

#include <map>
#include <string>

#include "cli/session.hpp"
#include "jobflip/config/error.hpp"

namespace jobflip::cli {

/// The [databases] of the supervisor's file: that of --supervisor-config, else the usual one.
config::Parsed<std::map<std::string, std::string>> supervisor_databases(const Session& session);

}  // namespace jobflip::cli
