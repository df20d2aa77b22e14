#pragma once
/// Ends what a dead guard left behind: the processes of its cgroup, where it had one, and every
/// process of this machine that has the guard's mark in its environment (which children inherit).

#include <cstdint>
#include <string>

namespace jobflip::host {

/// One pass: SIGKILL to all that are found. Answers how many were there; 0 twice in a row means
/// that none is left. A process that cleared its environment and left the cgroup is not seen.
int sweep_once(const std::string& mark, const std::string& cgroup);

}  // namespace jobflip::host
