#pragma once
/// The user that a command's worker runs as: the one in the agent's file, else the agent's own.

#include <map>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

struct WorkerUser {
  std::vector<std::string> guard_words;            // --user, --group, ... by numbers
  std::map<std::string, std::string> environment;  // HOME, USER, LOGNAME, SHELL
};

/// `name`: a user, "" for none. Refused if the agent is root and no user is given, or if it is not
/// root and the user is another one.
Result<WorkerUser> resolve_worker_user(const std::string& name);

}  // namespace jobflip::host
