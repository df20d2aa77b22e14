#pragma once
/// The commands that set a site up, and its programs: the first rows of the table of commands.

#include <span>

#include "cli/commands.hpp"

namespace jobflip::cli {

std::span<const Command> setup_commands();

}  // namespace jobflip::cli
