#pragma once
/// Starts the worker: everything is prepared while the guard arms, so that a start is a fork, a few
/// system calls and an exec.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "guard/arguments.hpp"
#include "guard/cgroup.hpp"
#include "guard/identity.hpp"
#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

class Launch {
 public:
  /// `mark` goes to the worker as JOBFLIP_GUARD, by which the processes that it leaves behind can
  /// be found.
  Launch(const Arguments& arguments, const std::string& mark, Identity identity);

  /// Forks. The child becomes the command, in a process group of its own, in the workers' cgroup if
  /// there is one, and is killed when this process ends, for any reason. -1 and errno on failure.
  /// Allocates nothing.
  pid_t start(std::int64_t epoch, const WorkersCgroup& cgroup) noexcept;

  /// Readable once the child has become the command (nothing to read) or failed to (an errno).
  int outcome() const noexcept { return outcome_.fd(); }
  /// 0: it runs; an errno; or kNotThatUser and an errno if it could not get the user or the rights
  /// that it must have. Closes outcome().
  int take_outcome() noexcept;
  static constexpr int kNotThatUser = 1 << 16;

 private:
  [[noreturn]] void become_command(pid_t guard, int report) noexcept;

  std::vector<std::string> texts_;  // argv_ and environment_ point into it; not changed any more
  std::vector<char*> argv_;
  std::vector<char*> environment_;
  char* epoch_digits_{};  // of the JOBFLIP_EPOCH entry, which has room for them
  std::string oom_score_;
  Identity identity_;
  Confinement confinement_;
  Descriptor outcome_;
};

}  // namespace jobflip::guard
