#pragma once
/// A cgroup (version 2) of the workers' own, below the guard's: what is in it can be killed with
/// one write, whatever it forked, and whether it is empty can be read from outside. There is none
/// where the kernel is older than 5.14, or where systemd runs the machine and has not delegated our
/// cgroup: then the guard kills its descendants one by one.

#include <sys/types.h>

#include <string>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

/// systemd gives a delegated cgroup to the unit's User=, who could then move this process out of
/// it, or freeze it. Where the guard is root and the worker is not, it takes its cgroup back.
void keep_own_cgroup() noexcept;

class WorkersCgroup {
 public:
  /// Without one where it can't be had.
  static WorkersCgroup make(const std::string& name);

  bool present() const noexcept { return kill_.open(); }
  const std::string& path() const noexcept { return path_; }

  /// A child of the calling process, as fork() makes it, that begins its life in the cgroup: to
  /// move one there later waits for every processor of the machine. -1 where that failed or there
  /// is no cgroup.
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
