#pragma once
/// The options of a command as rows, read off what it declares to the parser: help, the manual page
/// and the completions are all written from these.

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace jobflip::cli {

struct OptionRow {
  std::string name;                  // "--reason"; "" for a positional argument
  std::vector<std::string> aliases;  // other names of it
  std::string value;                 // "TEXT"; "" if it takes none
  std::vector<std::string> choices;  // if only these words are values
  std::string text;
};

std::vector<OptionRow> options_of(const Command& command);
std::vector<OptionRow> global_options();

}  // namespace jobflip::cli
