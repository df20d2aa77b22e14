#pragma once
/// Workers that are a command. The guard is a child of the agent, in a session of its own. So guard
/// and workers outlive an agent that dies, and a new agent finds them again.
///
/// The worker is the command with all processes that it starts. A stop lasts until the last of them
/// has gone or its time is over. If the command ends by itself, the processes that it left behind
/// get SIGTERM, and SIGKILL when the time of a graceful stop is over.
///
/// The command gets these variables. It gets no other variable of the agent, which may be a secret:
///  - JOBFLIP_POOL, JOBFLIP_NODE, JOBFLIP_EPOCH;
///  - JOBFLIP_GUARD, a mark by which an agent finds the processes that a killed guard left behind;
///  - JOBFLIP_PAGE, the path of the lease page, by which an agent finds them if the page is gone;
///  - those of `environment_file` and `environment`;
///  - of the agent's own: PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_*, TZ and TMPDIR.
///
/// A worker of the agent's own user can do what the agent can: read its password file, set its
/// lease page's deadline, kill its guard. If the agent is root, the worker runs as `user` and
/// can't.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace jobflip::host {

struct CommandSettings {
  PoolName pool;
  NodeName node;
  std::string runtime_dir;        // made and locked by open_runtime_dir
  std::vector<std::string> argv;  // argv[0] is an absolute path
  std::map<std::string, std::string> environment;
  std::string user;              // that the workers run as; "": the agent's, unless it is root
  std::string environment_file;  // NAME=VALUE lines, read at each start; "": none
  std::string output;            // stdout and stderr are appended there; "": the agent's own
  std::string guard_path;        // "": find_guard()
  bool use_cgroup{true};         // if one is available
};

/// Never fails: prepare() and status() report what is wrong with the settings or this machine.
std::unique_ptr<ports::WorkerHost> make_command_host(CommandSettings settings);

/// jobflip-guard next to this program, else in ../libexec/jobflip/.
Result<std::string> find_guard();

}  // namespace jobflip::host
