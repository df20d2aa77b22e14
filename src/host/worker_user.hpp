#pragma once
/// Who a command's worker is: the user that the agent's file names, else the agent itself.

#include <map>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

struct WorkerUser {
  std::vector<std::string> guard_words;            // --user, --group, ... by numbers
  std::map<std::string, std::string> environment;  // HOME, USER, LOGNAME, SHELL
};

/// `name`: a user, "" for none. Refused: an agent that is root and is told of no user, an agent
/// that is not root and is told of another one than its own.
Result<WorkerUser> resolve_worker_user(const std::string& name);

}  // namespace jobflip::host
