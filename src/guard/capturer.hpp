#pragma once
/// Looks at the workers with the guard's rights, when the agent asks for it, and tells the agent.
/// A process of its own, made while the guard arms: a fork later could wait for memory in a cgroup
/// that has none left, which is when somebody asks. So to ask is to write one byte into a pipe.
///
/// Invariants:
///  - nothing in the guard waits for it, and no deadline does: it holds none of the guard's
///    descriptors (its lock least of all) and dies with the guard;
///  - it is not in the workers' cgroup; as a child of the guard it is killed with them, and `empty`
///    is not said before it is gone either;
///  - whom to look at is what the guard knows, not what stands in a file of the agent's.

#include <sys/types.h>

#include <string>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

class Capturer {
 public:
  /// Requires: no thread but this one. If no process is available, it has none.
  static Capturer start(const std::string& page, const std::string& cgroup);

  pid_t pid() const noexcept { return pid_; }
  /// Begins a look; left out while one goes on for long, or where it is gone.
  void ask() noexcept;
  /// It ends by itself, after the look that it is at.
  void dismiss() noexcept { orders_.reset(); }
  void reaped() noexcept { pid_ = 0; }

 private:
  Descriptor orders_;  // a pipe, which is its stdin
  pid_t pid_{0};
};

/// The program: `jobflip-guard --look PAGE CGROUP GUARD`, until its stdin ends.
bool is_capturer(int count, char** words) noexcept;
int run_capturer(char** words);

}  // namespace jobflip::guard
