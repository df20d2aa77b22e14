#include "attacks.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jobflip::tidy {
namespace {

TEST(AttackPage, IsReadRowByRow) {
  const TestNames known{{"", {"Lease.Ends"}}, {"sim", {"clock_step"}}};
  const SourceFile page{"docs/a.md",
                        "| attack | what stops it | shown by |\n|---|---|---|\n"
                        "| a | b | `Lease.Ends`, `sim:clock_step` |\n"
                        "| a | b | none: it can't |\n"
                        "| a | b | |\n"
                        "| a | b | `Lease.Begins` |\n"
                        "| a | b | `sim:clock_stop`, `Lease.Ends` |\n"
                        "| a | b | `model:lease` |\n"};
  EXPECT_EQ(check_attacks(page, known),
            (std::vector<Finding>{{"docs/a.md", 5, "neither a test nor \"none:\" and why"},
                                  {"docs/a.md", 6, "there is no test Lease.Begins"},
                                  {"docs/a.md", 7, "there is no test sim:clock_stop"},
                                  {"docs/a.md", 8, "there is no test model:lease"}}));
}

TEST(AttackPage, FindsTestsOverTwoLinesAndOnlyWholeWords) {
  EXPECT_EQ(gtest_names({"a_test.cpp", "TEST(A, B) {\nTEST_F(C,\n       D) {\nMY_TEST(E, F)\n"}),
            (std::set<std::string>{"A.B", "C.D"}));
  EXPECT_EQ(quoted_words({"a.cpp", R"({"agent-kill", x}, "two words", "clock_step")"}),
            (std::set<std::string>{"agent-kill", "clock_step"}));
}

TEST(AttackPage, NamesOnlyTestsThatExist) {
  TestNames known;
  const auto collect = [&known](const std::string& kind, const std::vector<std::string>& from,
                                const std::vector<std::string>& endings, auto names_of) {
    for (const auto& file : read_tree(from, endings)) known[kind].merge(names_of(file));
  };
  collect("", {"tests"}, {"_test.cpp"}, gtest_names);
  collect("sim", {"tests/sim"}, {"/fault.hpp", "/mutants.hpp"}, quoted_words);
  collect("faults", {"tests/faults"},
          {"/kinds.cpp", "/kinds_process.cpp", "/kinds_store.cpp", "/kinds_wire.cpp",
           "/kinds_files.cpp"},
          quoted_words);
  for (const auto& file : read_tree({"tests/hosts/scenarios"}, {".sh"})) {
    const auto name = file.path.substr(file.path.rfind('/') + 1);
    known["hosts"].insert(name.substr(0, name.size() - 3));
  }
  ASSERT_GT(known["hosts"].size(), 25u);
  ASSERT_GT(known[""].size(), 500u);
  ASSERT_GT(known["sim"].size(), 25u);
  ASSERT_GE(known["faults"].size(), 26u);
  const auto page = read_tree({"docs"}, {"docs/attacks.md"});
  ASSERT_EQ(page.size(), 1u);
  EXPECT_GT(std::ranges::count(page[0].text, '\n'), 70);
  const auto found = check_attacks(page[0], known);
  EXPECT_TRUE(found.empty()) << print(found);
}

}  // namespace
}  // namespace jobflip::tidy
