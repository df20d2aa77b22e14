#pragma once
/// A command that the operator configured, run once: no shell, no input, few variables, and a time
/// limit that it can't escape. All processes in its process group end with it.

#include <map>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::blackbox {

inline constexpr std::size_t kMostOutput = 32 * 1024;

struct HookResult {
  host::ProcessEnd end;
  bool timed_out{false};
  std::string output;  // stdout and stderr, the first kMostOutput bytes
};

/// Blocks until it ends or until `give_up`, when it is killed. A process that left its group lives
/// on.
Result<HookResult> run_hook(const std::vector<std::string>& argv,
                            const std::map<std::string, std::string>& environment, Instant give_up);

}  // namespace jobflip::blackbox
