#pragma once
/// `jobflip agent` and `jobflip supervisor`: the real objects put together, and run until SIGTERM.

#include <string>

namespace jobflip::app {

/// Both answer the exit code: 2 where the file does not hold, 1 where this machine does not serve
/// (another agent of the name runs, the folder can't be made), 0 after SIGTERM or SIGINT, once
/// every pool was handed over. A store that is away ends neither: it is tried again.
int run_agent(const std::string& config_path);
int run_supervisor(const std::string& config_path);

}  // namespace jobflip::app
