#include "cli/command_parser.hpp"

#include <algorithm>

namespace jobflip::cli {
namespace {

/// A subcommand takes the words that it knows; the others are left for the error's text.
CLI::App* add(CLI::App& parent, std::string name) {
  CLI::App* app = parent.add_subcommand(std::move(name));
  app->allow_extras();
  app->require_subcommand(0, 1);
  return app;
}

CLI::App* find(CLI::App& parent, const std::string& name) {
  for (CLI::App* app : parent.get_subcommands([](CLI::App*) { return true; }))
    if (app->get_name() == name) return app;
  return nullptr;
}

Words without_marker(Words words) {
  std::erase(words, "--");  // it only says that no option follows
  return words;
}

}  // namespace

CommandParser::CommandParser(Options& options) {
  root_.set_help_flag();
  root_.allow_extras();
  root_.require_subcommand(0, 1);
  declare_global(root_, options);
  for (const auto& command : all_commands()) {
    if (command.declare == nullptr) continue;
    const auto space = std::min(command.name.find(' '), command.name.size());
    const std::string first{command.name.substr(0, space)};
    CLI::App* app = find(root_, first);
    if (app == nullptr) app = add(root_, first);
    if (space < command.name.size()) app = add(*app, std::string{command.name.substr(space + 1)});
    command.declare(*app, options);
    declare_global(*app, options);
  }
}

std::string CommandParser::parse(Words words) {
  std::ranges::reverse(words);  // CLI11 takes them from the back
  std::string complaint;
  try {
    root_.parse(words);
  } catch (const CLI::ParseError& error) {
    complaint = error.what();
  }
  while (!chosen_->get_subcommands().empty()) {
    chosen_ = chosen_->get_subcommands().front();
    path_ += (path_.empty() ? "" : " ") + chosen_->get_name();
  }
  return complaint;
}

Words CommandParser::unplaced() const {
  Words out = without_marker(root_.remaining());
  const auto append = [&out](const Words& words) {
    out.insert(out.end(), words.begin(), words.end());
  };
  append(between());
  if (chosen_ != &root_) append(without_marker(chosen_->remaining()));
  return out;
}

Words CommandParser::between() const {
  const CLI::App* parent = chosen_->get_parent();
  return parent == nullptr || parent == &root_ ? Words{} : without_marker(parent->remaining());
}

}  // namespace jobflip::cli
