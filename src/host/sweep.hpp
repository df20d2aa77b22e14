#pragma once
/// Ends what a dead guard left behind: the processes of its cgroup, if it had one, and every
/// process of this machine that has the guard's mark in its environment (which children inherit).

#include <cstdint>
#include <string>

namespace jobflip::host {

struct Sweep {
  int found{0};             // processes, or a cgroup that has some or can't be read
  bool cgroup_seen{false};  // there was a cgroup, and it shows whether a process is left in it
};

/// One pass: sends SIGKILL to all that it finds. A process that cleared its environment and was
/// never in a cgroup, or left it, is not seen: see orphans.hpp.
Sweep sweep_once(const std::string& mark, const std::string& cgroup);

}  // namespace jobflip::host
