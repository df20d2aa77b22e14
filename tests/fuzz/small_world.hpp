#pragma once
/// The program in a scripted world: stores that give prepared answers, a clock that advances when
/// the program waits, hooks that do nothing.

#include <map>
#include <string>
#include <vector>

#include "unit/cli/fake_schema.hpp"

namespace jobflip::fuzz {

struct Ran {
  int code{};
  std::string out;
  std::string err;
};

/// Runs `jobflip` with these arguments.
Ran run_program(cli::Script& script, const std::vector<std::string>& words,
                const std::string& typed, bool terminal);

}  // namespace jobflip::fuzz
