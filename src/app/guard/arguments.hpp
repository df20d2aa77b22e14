#pragma once
/// jobflip-guard --page PATH --pool POOL --node NODE [--agent PID] [--go-if-live] [--no-cgroup]
///               -- COMMAND [ARGUMENT]...

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::guard {

struct Arguments {
  std::string page;  // <folder>/<pool>.lease
  std::string pool;
  std::string node;
  int agent{0};  // started by this process, and of no use without it while armed; 0: not so
  bool go_if_live{false};  // the page says go already, or there is nothing to do here
  bool use_cgroup{true};
  std::vector<std::string> command;
};

Result<Arguments> parse_arguments(int count, char** words);

/// How the program ends, for whoever starts it.
enum ExitCode : int {
  kDone = 0,  // nothing is left running; the page says how it went
  kUsage = 2,
  kRefused = 3,    // another guard has the lock, the page is void, or no lease is live
  kCannotArm = 5,  // this machine would not let it
};

}  // namespace jobflip::guard
