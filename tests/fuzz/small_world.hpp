#pragma once
/// The program in a world of scripts: stores that answer what was laid down, a clock that waiting
/// moves, hooks that do nothing.

#include <map>
#include <string>
#include <vector>

#include "unit/cli/fake_stores.hpp"

namespace jobflip::fuzz {

struct Ran {
  int code{};
  std::string out;
  std::string err;
};

/// Runs `jobflip` with these words.
Ran run_program(cli::Script& script, const std::vector<std::string>& words,
                const std::string& typed, bool terminal);

}  // namespace jobflip::fuzz
