#pragma once
/// The one table of commands. Help, "did you mean", usage errors, docs/cli.md, the manual page and
/// the shells' completions come from it; a new verb is one row, one function, and the options that
/// it declares.

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"

namespace jobflip::cli {

struct Command {
  std::string_view name;      // "flip", or "audit list" for a verb with a second word
  std::string_view synopsis;  // behind the name: "POOL --reason TEXT [--dry-run]"
  std::string_view summary;   // one line
  std::string_view help;      // what a person should know, with examples
  void (*declare)(CLI::App& app, Options& options);
  ExitCode (*perform)(Session& session);
  bool hidden{false};
};

std::span<const Command> all_commands();

/// The words that a command line may begin with, each once, without those of hidden commands.
std::vector<std::string> first_words();

/// The words that may follow `first`, as "list" follows "audit"; empty for any other word.
std::vector<std::string> second_words(std::string_view first);

/// nullptr if there is none of that name.
const Command* find_command(std::string_view name);

/// The options that every verb takes.
void declare_global(CLI::App& app, Options& options);

/// "jobflip flip POOL --reason TEXT ...".
std::string usage_of(const Command& command);
/// That, the help, the options.
std::string help_of(const Command& command);
std::string help_of_all();
std::string help_of_exit_codes();

/// docs/cli.md.
std::string cli_reference();
/// jobflip(1), for man.
std::string manual_page(std::string_view version);
/// What a shell reads to complete the words of a command line.
std::string bash_completion();
std::string zsh_completion();

}  // namespace jobflip::cli
