#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"

namespace jobflip::cli {
namespace {

struct OptionText {
  std::string left;
  std::string right;
};

std::vector<OptionText> options_of(const CLI::App& app, std::string_view group) {
  std::vector<OptionText> out;
  for (const auto* option : app.get_options()) {
    if (option->get_group() != group) continue;
    const bool positional = option->get_positional();
    std::string left = positional ? "" : option->get_name();
    const auto type = option->get_type_size() == 0 ? std::string{} : option->get_type_name();
    // a validator adds its own words behind the type: they are in the description already
    const auto plain = type.substr(0, type.find(':'));
    if (!plain.empty()) left += (left.empty() ? "" : " ") + plain;
    out.push_back({left, option->get_description()});
  }
  return out;
}

std::vector<OptionText> options_of(const Command& command, bool global) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  if (global) {
    declare_global(app, options);
  } else if (command.declare != nullptr) {
    command.declare(app, options);
  }
  return options_of(app, global ? "Global" : "Options");
}

std::string as_lines(const std::vector<OptionText>& options) {
  std::size_t width = 0;
  for (const auto& option : options) width = std::max(width, option.left.size());
  std::string out;
  for (const auto& option : options) {
    out += fmt::format("  {:<{}}  {}\n", option.left, width, option.right);
  }
  return out;
}

std::string usage_of(const Command& command) {
  return fmt::format("jobflip {}{}{}", command.name, command.synopsis.empty() ? "" : " ",
                     command.synopsis);
}

std::string anchor_of(std::string_view name) {
  std::string out{name};
  std::ranges::replace(out, ' ', '-');
  return out;
}

}  // namespace

std::string help_of(const Command& command) {
  auto out = fmt::format("usage: {}\n\n{}\n", usage_of(command), command.summary);
  if (!command.help.empty()) out += fmt::format("\n{}", command.help);
  if (const auto own = options_of(command, false); !own.empty()) {
    out += "\nOptions:\n" + as_lines(own);
  }
  return out + "\nOptions of every command:\n" + as_lines(options_of(command, true));
}

std::string help_of_all() {
  std::string out =
      "usage: jobflip COMMAND ...\n\nFailover for job servers: sees that a queue stands still, "
      "moves "
      "its\nworkers to another node, proves that it helped, and keeps the record.\n\nCommands:\n";
  for (const auto& command : all_commands()) {
    if (!command.hidden) out += fmt::format("  {:<13}{}\n", command.name, command.summary);
  }
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
      "\n## Options of every command\n\n```\n" + as_lines(options_of(all_commands()[0], true)) +
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
    if (const auto own = as_lines(options_of(command, false)); !own.empty()) out += "\n" + own;
    out += "```\n";
    if (!command.help.empty()) out += fmt::format("\n```\n{}```\n", command.help);
  }
  return out;
}

}  // namespace jobflip::cli
