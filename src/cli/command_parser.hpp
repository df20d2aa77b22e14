#pragma once
/// The whole command line, parsed by CLI11: a subcommand for each command, one inside the other for
/// a command of two words ("audit list"). Global options may stand before and after the command.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace jobflip::cli {

using Words = std::vector<std::string>;

class CommandParser {
 public:
  /// The words set `options`, which must outlive the parser.
  explicit CommandParser(Options& options);

  /// Call it once. Answers the parser's error, "" if there is none. A word that it can't place is
  /// not an error: see unplaced().
  std::string parse(Words words);

  /// The deepest subcommand that was named; the root if none was.
  const CLI::App& chosen() const { return *chosen_; }
  /// nullptr if none was named, or only the first word of two.
  const Command* command() const { return find_command(path_); }
  /// "audit list", "audit", or "" if none was named.
  const std::string& path() const { return path_; }
  std::string first_word() const { return path_.substr(0, path_.find(' ')); }

  /// The words that are neither an option nor an argument of what was named, in order; "--" is not
  /// among them.
  Words unplaced() const;
  /// Those of them between the two words of a command, where none may stand.
  Words between() const;

 private:
  CLI::App root_;
  const CLI::App* chosen_{&root_};
  std::string path_;
};

}  // namespace jobflip::cli
