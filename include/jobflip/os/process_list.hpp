#pragma once
/// The processes of this machine, read from /proc. A process may end while it is read, and another
/// user's process may be unreadable.

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::os {

/// Calls `visit` with each name in the folder that is a number, until it answers false: processes
/// of /proc, threads of /proc/12/task, descriptors of /proc/12/fd. An error: not all of them were
/// seen. Its text is the system's: "Permission denied".
Result<void> for_each_number(const std::string& folder, const std::function<bool(pid_t)>& visit);

/// Of this machine, this one included.
Result<void> for_each_process(const std::function<bool(pid_t)>& visit);

/// What /proc/PID/`file` has, "environ" or "cmdline": words that each end in a NUL. Empty if the
/// process has gone, or may not be looked into.
std::vector<std::string> process_words(pid_t pid, const std::string& file);

/// The value of "NAME=value" among the words; "" if it is not there.
std::string variable_in(const std::vector<std::string>& words, const std::string& name);

}  // namespace jobflip::os
