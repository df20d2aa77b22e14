#pragma once
/// Checks by a command: it passes if the command exits with 0 in time.
///
/// Invariant: when run() returns, the command and every process that it started have been killed
/// and reaped, whatever they did with their sessions and signals. A process that hangs in the
/// kernel, which SIGKILL can't end, is left behind after 2 s, and reaped later.

#include <string>
#include <vector>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/core/service_rules.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::checks {

inline constexpr std::size_t kOutputMax = 64 * 1024;

class ExecCheck {
 public:
  ExecCheck();
  ~ExecCheck();
  ExecCheck(const ExecCheck&) = delete;
  ExecCheck& operator=(const ExecCheck&) = delete;

  core::CheckResult run(const core::ServiceSettings& service, const std::vector<std::string>& argv);
  /// Ends a run() in progress, from any thread.
  void cancel() noexcept;

 private:
  Descriptor cancelled_;        // an eventfd
  std::vector<int> left_over_;  // keepers that had not ended in time
};

}  // namespace jobflip::checks
