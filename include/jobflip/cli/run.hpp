#pragma once
/// The program as a function: runs a command line and returns the exit code (ExitCode). It writes
/// only to the world's streams: results to `out`, ERROR / NOTICE / DETAIL / HINT to `err`.

#include "jobflip/cli/world.hpp"

namespace jobflip::cli {

/// Requires: argc >= 1, and every member of the world is set (hooks: those that are called).
int run(int argc, const char* const* argv, World& world);

}  // namespace jobflip::cli
