#pragma once
/// docs/attacks.md names a test for each attack: each of those must be there, so that the page
/// can't promise what nobody tries any more.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

/// The names that a page may use: "" those of googletest ("Suite.Name"), else those behind a
/// prefix, such as "sim" for `sim:clock_step`.
using TestNames = std::map<std::string, std::set<std::string>>;

/// "Suite.Name" of every TEST, TEST_F and TEST_P of a source file.
std::set<std::string> gtest_names(const SourceFile& file);
/// Every string literal of a source file that is one word.
std::set<std::string> quoted_words(const SourceFile& file);

/// Each row of three cells (attack, what stops it, shown by) names tests that exist, in code, or
/// says "none:" and why.
std::vector<Finding> check_attacks(const SourceFile& page, const TestNames& known);

}  // namespace jobflip::tidy
