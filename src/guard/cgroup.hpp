#pragma once
/// A cgroup (version 2) for the workers alone, below the guard's: one write kills all processes in
/// it, including all that they forked, and it can be seen from outside whether it is empty. There
/// is none if the kernel is older than 5.14, or if systemd runs the machine and has not delegated
/// our cgroup: then the guard kills its descendants one by one.

#include <sys/types.h>

#include <string>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

/// systemd gives a delegated cgroup to the unit's User=, who could then move this process out of
/// it, or freeze it. If the guard is root and the worker is not, the guard takes its cgroup back.
void keep_own_cgroup() noexcept;

class WorkersCgroup {
 public:
  /// Has none if none can be made.
  static WorkersCgroup make(const std::string& name);

  bool present() const noexcept { return kill_.open(); }
  const std::string& path() const noexcept { return path_; }

  /// Like fork(), but the child begins its life in the cgroup: moving it there later would wait for
  /// every processor of the machine. -1 if that failed or there is no cgroup.
  pid_t fork_into() const noexcept;

  /// None of these allocates.
  void kill_all() const noexcept;
  bool is_empty() const noexcept;  // true without a cgroup
  void remove() noexcept;          // once it is empty

 private:
  std::string path_;
  Descriptor folder_;
  Descriptor kill_;
  Descriptor events_;
};

}  // namespace jobflip::guard
