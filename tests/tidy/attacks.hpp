#pragma once
/// docs/attacks.md names a test for each attack. Each of these tests must exist, so that the page
/// can't promise what no test checks any more.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

/// The names that a page may use: under "" those of googletest ("Suite.Name"), under a prefix the
/// others, such as "sim" for `sim:clock_step`.
using TestNames = std::map<std::string, std::set<std::string>>;

/// "Suite.Name" of every TEST, TEST_F and TEST_P of a source file.
std::set<std::string> gtest_names(const SourceFile& file);
/// Every string literal of a source file that is a single word.
std::set<std::string> quoted_words(const SourceFile& file);

/// Each row of three cells (attack, what stops it, shown by) names existing tests, as code, or
/// says "none:" and why.
std::vector<Finding> check_attacks(const SourceFile& page, const TestNames& known);

}  // namespace jobflip::tidy
