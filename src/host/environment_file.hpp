#pragma once
/// A worker's secrets, in a file that nobody else may read: NAME=VALUE lines.

#include <map>
#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

/// Refused if anybody but its owner, root and the agent may read or write it, if it belongs neither
/// to root nor to the agent, or if a line can't be parsed. The error never quotes a value.
Result<std::map<std::string, std::string>> read_environment_file(const std::string& path);

}  // namespace jobflip::host
