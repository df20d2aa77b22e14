#pragma once
/// The children that this process started with Process, until they are reaped: all others are
/// orphans (orphans.hpp). There is one list because a process has one set of children.

#include <sys/types.h>

#include <map>
#include <mutex>

namespace jobflip::host {

class OwnChildren {
 public:
  static OwnChildren& of_this_process() noexcept;

  /// Held over a fork and its add(), over a reaping and its remove(), and over a scan: so a number
  /// always means the child that was added.
  std::unique_lock<std::mutex> lock() { return std::unique_lock{mutex_}; }

  // These require the lock.
  void add(pid_t pid) { let_go_[pid] = false; }
  void let_go(pid_t pid) noexcept;
  void remove(pid_t pid) noexcept { let_go_.erase(pid); }
  /// Null for an orphan, else whether it was let go: then nobody waits for it.
  const bool* find(pid_t pid) const noexcept;

 private:
  std::mutex mutex_;
  std::map<pid_t, bool> let_go_;
};

}  // namespace jobflip::host
