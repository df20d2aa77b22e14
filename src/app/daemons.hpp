#pragma once
/// `jobflip agent` and `jobflip supervisor`: puts the real objects together and runs until SIGTERM.

#include <string>

namespace jobflip::app {

/// Both return the exit code: 2 if the file is not valid, 1 if this machine is not ready (another
/// agent of that name runs, the folder can't be made), 0 after SIGTERM or SIGINT, once every pool
/// was handed over. Both go on without the store and connect again.
int run_agent(const std::string& config_path);
int run_supervisor(const std::string& config_path);

}  // namespace jobflip::app
