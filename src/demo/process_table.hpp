#pragma once
/// The processes of this machine that are ours, found by a mark in their environment: workers are
/// started by a guard, not by us, so we hold no handle on them.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace jobflip::demo {

struct Seen {
  pid_t pid{};
  pid_t parent{};
  char state{};  // as /proc says it: R, S, D, T (stopped), Z (ended, not reaped)
  bool operator==(const Seen& other) const { return pid == other.pid; }  // states change
};

/// Every process whose environment has all of these, by pid. Those that have ended are left out.
std::vector<Seen> processes_with(const std::map<std::string, std::string>& environment);

/// Empty where the process is gone.
std::vector<Seen> process(pid_t pid);

}  // namespace jobflip::demo
