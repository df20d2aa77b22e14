#include "daemon/must_hold.hpp"

#include <spdlog/spdlog.h>

#include "jobflip/base/check.hpp"

namespace jobflip::daemon {

void must_hold(const std::string& violated, const std::string& who, spdlog::logger& log) {
  if (violated.empty()) [[likely]]
    return;
  const std::string line = who + ": invariant violated: " + violated;
  log.critical("{}: the process aborts and starts afresh", line);
  log.flush();
  check_failed(line.c_str(), std::source_location::current());
}

}  // namespace jobflip::daemon
