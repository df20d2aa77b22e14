#pragma once
/// A command of the operator's own, run once: no shell, no input, few variables, and an end that
/// does not depend on it. Whatever it has started in its process group ends with it.

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

/// Blocks until it ended or `give_up`; then it is killed. What leaves its process group lives on.
Result<HookResult> run_hook(const std::vector<std::string>& argv,
                            const std::map<std::string, std::string>& environment, Instant give_up);

}  // namespace jobflip::blackbox
