#include "cli/plugin_output.hpp"

#include <sstream>

#include "jobflip/base/lines.hpp"

namespace jobflip::cli {
namespace {

/// "ERROR: a", "HINT: b" are "a; b".
std::string joined_messages(const std::string& messages) {
  std::string out;
  for (const auto& line : lines_of(messages)) {
    const auto colon = line.find(": ");
    const auto text = colon == std::string::npos ? line : line.substr(colon + 2);
    if (text.empty()) continue;
    out += (out.empty() ? "" : "; ") + text;
  }
  return out;
}

}  // namespace

ExitCode run_as_plugin(World& world, bool as_json, const std::function<ExitCode(World&)>& choose) {
  auto& out = *world.terminal.out;
  std::ostringstream results;
  std::ostringstream messages;
  World captured = world;
  captured.terminal.out = &results;
  captured.terminal.err = &messages;
  const auto code = choose(captured);
  const auto given_out = [&out](ExitCode wanted) {
    out.flush();
    return out ? wanted : exit_code_of(view::PluginState::unknown);
  };
  if (messages.str().empty()) {
    out << results.str();
    return given_out(code);
  }
  const auto state = code == ExitCode::store_unreachable ? view::PluginState::critical
                                                         : view::PluginState::unknown;
  const auto report = view::plugin_failure(state, joined_messages(messages.str()));
  if (as_json)
    out << view::json_text(view::plugin_json(report), 2) << '\n';
  else
    out << view::plugin_text(report);
  return given_out(exit_code_of(state));
}

}  // namespace jobflip::cli
