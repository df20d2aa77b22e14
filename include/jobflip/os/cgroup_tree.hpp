#pragma once
/// Where this machine's cgroups are. Only version 2, the tree that systemd uses, counts.

#include <string>

namespace jobflip::os {

/// The mount point of the tree, "" if there is none. Only a mount of its root counts.
std::string cgroup_mount();

/// "/system.slice/x.service": the cgroup of the process that has this folder in /proc, below the
/// mount point; "" if it has none, or the process has gone.
std::string cgroup_of(const std::string& process_folder);

}  // namespace jobflip::os
