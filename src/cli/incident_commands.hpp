#pragma once
/// The commands about incidents: rows of the table of commands.

#include <span>

#include "cli/commands.hpp"

namespace jobflip::cli {

std::span<const Command> incident_commands();

}  // namespace jobflip::cli
