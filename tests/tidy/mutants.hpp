#pragma once
/// tests/mutants/*.patch: a mistake each, and the test that catches it. Nobody notices a patch that
/// applies no more, or a test that has gone, until scripts/mutants runs: so both are checked here.

#include <map>
#include <string>
#include <vector>

#include "attacks.hpp"
#include "tree.hpp"

namespace jobflip::tidy {

/// What the line `Caught by: PROGRAM TEST...` names.
struct CaughtBy {
  std::string program;
  std::vector<std::string> tests;
};
CaughtBy caught_by(const SourceFile& patch);

/// A patch says its mistake, names tests that exist, and each of its hunks applies to exactly one
/// place of a file of `sources`.
std::vector<Finding> check_mutant(const SourceFile& patch,
                                  const std::map<std::string, std::string>& sources,
                                  const TestNames& known);

}  // namespace jobflip::tidy
