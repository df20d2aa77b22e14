#pragma once
/// jobflip-guard --page PATH --pool POOL --node NODE [--agent PID] [--no-cgroup]
///   [--user NAME [--group NAME] [--supplementary-group NAME]...]
///   [--bounding-set HEX] [--no-new-privileges] [--deny-calls NAME,...] -- COMMAND [ARGUMENT]...
///
/// With --agent the guard arms and waits for `go`, as a child of that agent. Without it (in the
/// ExecStart= of a unit) the page must already say `go` under a live lease, or the guard ends at
/// once: a boot, a Restart= or an operator's start starts nothing.
///
/// --user: the guard is root and stays root, and the command runs as that user. --bounding-set,
/// --no-new-privileges, --deny-calls: the rights of the guard that its unit denies to the worker
/// (guard/confinement.hpp).

#include <string>
#include <vector>

#include "guard/confinement.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Arguments {
  std::string page;  // <folder>/<pool>.lease
  std::string pool;
  std::string node;
  int agent{0};  // 0: none
  bool use_cgroup{true};
  std::string user;  // "": the guard's own
  std::string group;
  std::vector<std::string> supplementary;
  Confinement confinement;
  std::vector<std::string> command;
};

Result<Arguments> parse_arguments(int count, char** words);

/// The exit code of the program.
enum ExitCode : int {
  kDone = 0,  // nothing is left running; the page says how it went
  kUsage = 2,
  kRefused = 3,    // another guard has the lock, the page is void, or no lease is live
  kCannotArm = 5,  // a system call that it needs failed
};

}  // namespace jobflip::guard
