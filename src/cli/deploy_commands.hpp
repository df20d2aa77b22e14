#pragma once
/// The commands about deployments: rows of the table of commands.

#include <span>

#include "cli/commands.hpp"

namespace jobflip::cli {

std::span<const Command> deploy_commands();

}  // namespace jobflip::cli
