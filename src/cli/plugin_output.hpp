#pragma once
/// `check` as monitoring reads it: a plugin says everything on standard output, and its exit codes
/// are 0 to 3 (view/plugin_check.hpp), whatever those numbers mean elsewhere (exit_code.hpp).

#include <functional>

#include "jobflip/cli/exit_code.hpp"
#include "jobflip/cli/world.hpp"
#include "jobflip/view/plugin_check.hpp"

namespace jobflip::cli {

inline constexpr std::string_view kPluginCommand = "check";

inline ExitCode exit_code_of(view::PluginState state) noexcept {
  return static_cast<ExitCode>(static_cast<int>(state));
}

/// Runs `choose`. What it writes to standard error kept it from looking: it becomes a report,
/// critical if the store was not reached, since leases end then, otherwise unknown.
ExitCode run_as_plugin(World& world, bool as_json, const std::function<ExitCode(World&)>& choose);

}  // namespace jobflip::cli
