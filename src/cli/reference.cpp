#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/option_rows.hpp"

namespace jobflip::cli {
namespace {

std::string left_of(const OptionRow& option) {
  const bool both = !option.name.empty() && !option.value.empty();
  return option.name + (both ? " " : "") + option.value;
}

std::string as_lines(const std::vector<OptionRow>& options) {
  std::size_t width = 0;
  for (const auto& option : options) width = std::max(width, left_of(option).size());
  std::string out;
  for (const auto& option : options) {
    out += fmt::format("  {:<{}}  {}\n", left_of(option), width, option.text);
  }
  return out;
}

std::string anchor_of(std::string_view name) {
  std::string out{name};
  std::ranges::replace(out, ' ', '-');
  return out;
}

}  // namespace

std::string usage_of(const Command& command) {
  return fmt::format("jobflip {}{}{}", command.name, command.synopsis.empty() ? "" : " ",
                     command.synopsis);
}

std::string help_of(const Command& command) {
  auto out = fmt::format("usage: {}\n\n{}\n", usage_of(command), command.summary);
  if (!command.help.empty()) out += fmt::format("\n{}", command.help);
  if (const auto own = options_of(command); !own.empty()) {
    out += "\nOptions:\n" + as_lines(own);
  }
  return out + "\nOptions of every command:\n" + as_lines(global_options());
}

std::string help_of_all() {
  std::string out =
      "usage: jobflip COMMAND ...\n\nFailover for job servers: detects that a queue is stalled, "
      "moves its\nworkers to another node, proves that it helped, and keeps the "
      "record.\n\nCommands:\n";
  std::size_t width = 0;
  for (const auto& command : all_commands())
    if (!command.hidden) width = std::max(width, command.name.size());
  for (const auto& command : all_commands())
    if (!command.hidden) out += fmt::format("  {:<{}}  {}\n", command.name, width, command.summary);
  return out +
         "\n`jobflip help COMMAND` says more; `jobflip help exit-codes` has the exit codes.\n";
}

std::string help_of_exit_codes() {
  std::string out;
  for (const auto& row : kExitCodes) {
    out += fmt::format("  {}  {:<18} {}\n", to_int(row.code), row.name, row.meaning);
  }
  return out;
}

std::string cli_reference() {
  std::string out =
      "# Commands\n\nThis page is printed by `jobflip debug cli-reference`; a test compares the "
      "two.\n\n"
      "| command | purpose |\n|---|---|\n";
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    out += fmt::format("| [`{}`](#jobflip-{}) | {} |\n", command.name, anchor_of(command.name),
                       command.summary);
  }
  out +=
      "\n## Options of every command\n\n```\n" + as_lines(global_options()) +
      "```\n\nThey may stand before the command, too. Results go to standard output, ERROR, "
      "NOTICE, DETAIL and\nHINT lines to standard error. JSON has a number `\"schema\": 1`: within "
      "a schema, keys are only added.\n";
  out += "\n## Exit codes\n\n| code | name | meaning |\n|---|---|---|\n";
  for (const auto& row : kExitCodes) {
    out += fmt::format("| {} | {} | {} |\n", to_int(row.code), row.name, row.meaning);
  }
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    out += fmt::format("\n## jobflip {}\n\n{}.\n\n```\n{}\n", command.name, command.summary,
                       usage_of(command));
    if (const auto own = as_lines(options_of(command)); !own.empty()) out += "\n" + own;
    out += "```\n";
    if (!command.help.empty()) out += fmt::format("\n```\n{}```\n", command.help);
  }
  return out;
}

}  // namespace jobflip::cli
