#pragma once
/// tests/mutants/*.patch: each contains a mistake and names the test that catches it. If a patch
/// no longer applies or its test is gone, scripts/mutants fails, but nobody notices until it runs:
/// so this is checked here.

#include <map>
#include <string>
#include <vector>

#include "attacks.hpp"
#include "tree.hpp"

namespace jobflip::tidy {

/// The program and the tests that the line `Caught by: PROGRAM TEST...` names.
struct CaughtBy {
  std::string program;
  std::vector<std::string> tests;
};
CaughtBy caught_by(const SourceFile& patch);

/// A patch describes its mistake, names existing tests, and each of its hunks applies to exactly
/// one place of a file in `sources`.
std::vector<Finding> check_mutant(const SourceFile& patch,
                                  const std::map<std::string, std::string>& sources,
                                  const TestNames& known);

}  // namespace jobflip::tidy
