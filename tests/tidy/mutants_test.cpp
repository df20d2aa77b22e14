#include "mutants.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jobflip::tidy {
namespace {

const std::map<std::string, std::string> kSources{{"src/a.sql", "one\ntwo\nthree\ntwo\nfour\n"}};
const TestNames kKnown{{"", {"Pg.Works"}}, {"sim", {"host_crash"}}};

std::vector<Finding> check(const std::string& head, const std::string& hunk) {
  return check_mutant({"m.patch", head + "--- a/src/a.sql\n+++ b/src/a.sql\n" + hunk}, kSources,
                      kKnown);
}

TEST(MutantPatches, AreRefusedWithoutAMistakeATestOrAPlaceOfTheirOwn) {
  const std::string head = "Mistake: m\nCaught by: contract Pg.Works\n";
  const std::string hunk = "@@ -2,2 +2,2 @@\n-two\n+2\n three\n";
  EXPECT_TRUE(check(head, hunk).empty()) << print(check(head, hunk));
  EXPECT_TRUE(check("Mistake: m\nCaught by: sim --only host_crash --seeds 20\n", hunk).empty());
  EXPECT_EQ(check("Caught by: contract Pg.Works\n", hunk),
            (std::vector<Finding>{{"m.patch", 0, "does not say its mistake"}}));
  EXPECT_EQ(check("Mistake: m\n", hunk),
            (std::vector<Finding>{{"m.patch", 0, "does not say what catches it"}}));
  EXPECT_EQ(check("Mistake: m\nCaught by: contract Pg.Gone\n", hunk),
            (std::vector<Finding>{{"m.patch", 0, "there is no test Pg.Gone"}}));
  EXPECT_EQ(check("Mistake: m\nCaught by: sim --only host_crush\n", hunk),
            (std::vector<Finding>{{"m.patch", 0, "there is no test host_crush"}}));
  EXPECT_EQ(check(head, ""), (std::vector<Finding>{{"m.patch", 0, "changes nothing"}}));
  EXPECT_EQ(check(head, "@@ -2 +2 @@\n-two\n+2\n"),
            (std::vector<Finding>{{"m.patch", 5, "applies to 2 places of src/a.sql"}}));
  EXPECT_EQ(check(head, "@@ -2 +2 @@\n-zwei\n+2\n"),
            (std::vector<Finding>{{"m.patch", 5, "applies to 0 places of src/a.sql"}}));
  EXPECT_EQ(check_mutant({"m.patch", head + "--- a/src/b.sql\n" + hunk}, kSources, kKnown),
            (std::vector<Finding>{{"m.patch", 4, "there is no src/b.sql"}}));
}

TEST(MutantPatches, ApplyAndNameTestsThatExist) {
  TestNames known;
  for (const auto& file : read_tree({"tests"}, {"_test.cpp"})) known[""].merge(gtest_names(file));
  for (const auto& file : read_tree({"tests/sim"}, {"/fault.hpp"}))
    known["sim"].merge(quoted_words(file));
  std::map<std::string, std::string> sources;
  for (const auto& file : read_tree({"src"}, {".cpp", ".sql"})) sources[file.path] = file.text;
  const auto patches = read_tree({"tests/mutants"}, {".patch"});
  EXPECT_GE(patches.size(), 60u);
  EXPECT_GE(std::ranges::count_if(patches,
                                  [](const auto& patch) {
                                    return patch.text.find("--- a/src/store/sql/") !=
                                           std::string::npos;
                                  }),
            25);
  std::vector<Finding> found;
  for (const auto& patch : patches)
    for (const auto& finding : check_mutant(patch, sources, known)) found.push_back(finding);
  EXPECT_TRUE(found.empty()) << print(found);
}

}  // namespace
}  // namespace jobflip::tidy
