#pragma once
/// Finds guards and workers without their lease page: the page's path is in a guard's command line
/// and in its workers' environment.

#include <sys/types.h>

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

/// The environment variable of a worker that has the path of its lease page.
inline constexpr const char* kPageVariable = "JOBFLIP_PAGE";

/// True if this process is a guard of that page.
bool is_guard_of(pid_t pid, const std::string& page_path);

/// "its guard (process 12) runs": a process of the page's pool. "" if a scan of all processes found
/// none. Of another user's processes only the command line can be read. A process that belongs
/// neither to root nor to the agent's own user is not a guard, whatever its command line says.
Result<std::string> find_stray(const std::string& page_path);

}  // namespace jobflip::host
