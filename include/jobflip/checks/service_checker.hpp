#pragma once
/// Checks services from this host: fetches a page, connects to a port, runs a command.
///
/// Invariants:
///  - a check ends soon after its service's timeout, and a cancelled one within a second, also if a
///    name server does not answer;
///  - what an answer or a command may cost is limited: 1 MiB of a body, 64 KiB of headers, 3
///    redirects; 64 KiB of output are kept, and the rest is read and dropped;
///  - a command is one of `commands`. When its check ends, nothing that it started is left.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "jobflip/ports/service_checker.hpp"

namespace jobflip::checks {

/// By name: argv, with an absolute path in front ([commands] of the supervisor's file).
using Commands = std::map<std::string, std::vector<std::string>>;

std::unique_ptr<ports::ServiceChecker> open_service_checker(Commands commands);

}  // namespace jobflip::checks
