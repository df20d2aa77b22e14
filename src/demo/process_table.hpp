#pragma once
/// Finds our processes on this machine by a mark in their environment: a guard, not the demo,
/// starts the workers, so the demo has no handle on them.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace jobflip::demo {

struct Seen {
  pid_t pid{};
  pid_t parent{};
  char state{};  // as in /proc: R, S, D, T (stopped), Z (ended, not reaped)
  bool operator==(const Seen& other) const { return pid == other.pid; }  // states change
};

/// Every process whose environment has all of these, by pid, without those that have ended.
std::vector<Seen> processes_with(const std::map<std::string, std::string>& environment);

/// Empty if the process is gone.
std::vector<Seen> process(pid_t pid);

}  // namespace jobflip::demo
