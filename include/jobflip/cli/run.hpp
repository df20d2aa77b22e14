#pragma once
/// The program as a function: reads the command line, does it, answers the exit code (ExitCode).
/// Everything goes to the world's streams: results to `out`, ERROR / NOTICE / DETAIL / HINT to
/// `err`.

#include "jobflip/cli/world.hpp"

namespace jobflip::cli {

/// Requires: argc >= 1, and every member of the world is set (hooks: those that are called).
int run(int argc, const char* const* argv, World& world);

}  // namespace jobflip::cli
