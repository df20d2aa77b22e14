#pragma once
/// Captures the workers with the guard's rights, when the agent asks for it, and answers the agent.
/// It is a process of its own, made while the guard arms: a later fork could wait for memory in a
/// cgroup that has none left, which is just when a capture is wanted. To ask for one is to write a
/// byte into a pipe.
///
/// Invariants:
///  - nothing in the guard waits for it, and no deadline depends on it: it holds none of the
///    guard's descriptors, above all not its lock, and dies with the guard;
///  - it is not in the workers' cgroup; as a child of the guard it is killed with them, and `empty`
///    is not reported before it is gone;
///  - the guard tells it what to capture; no file of the agent does.

#include <sys/types.h>

#include <string>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

class Capturer {
 public:
  /// Requires: no thread but this one. If the fork fails, the result has no process.
  static Capturer start(const std::string& page, const std::string& cgroup);

  pid_t pid() const noexcept { return pid_; }
  /// Asks for a capture. Does nothing while many orders wait, or once the process is gone.
  void ask() noexcept;
  /// It ends by itself after the capture in progress.
  void dismiss() noexcept { orders_.reset(); }
  void reaped() noexcept { pid_ = 0; }

 private:
  Descriptor orders_;  // a pipe, which is its stdin
  pid_t pid_{0};
};

/// The program: `jobflip-guard --capture PAGE CGROUP GUARD`, until its stdin ends.
bool is_capturer(int count, char** words) noexcept;
int run_capturer(char** words);

}  // namespace jobflip::guard
