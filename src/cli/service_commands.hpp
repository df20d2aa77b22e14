#pragma once
/// The commands about services: rows of the table of commands.

#include <span>

#include "cli/commands.hpp"

namespace jobflip::cli {

std::span<const Command> service_commands();

}  // namespace jobflip::cli
