#include "prose.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jobflip::tidy {
namespace {

std::vector<Finding> found_in(const std::string& text) {
  return check_phrases({"src/a.cpp", text});
}

TEST(Phrases, AreFoundInCommentsTextsAndPages) {
  for (const auto* bad :
       {"/// Where nothing is due.", "-- since the holder last vouched", "# What IS so",
        "\"is stopped; it was so already\"", "| `IDLE` | nothing is due |", "job9 is no candidate",
        "/// \"\" where there is none.", "a lease that stood still"}) {
    EXPECT_EQ(found_in(bad).size(), 1u) << bad;
  }
}

TEST(Phrases, AreFoundAcrossLinesWithTheLineOnWhichTheyBegin) {
  const auto comment = found_in("int a;\n  /// Puts the fleet into\n  /// force, or not.\n");
  ASSERT_EQ(comment.size(), 1u);
  EXPECT_EQ(comment[0].line, 2);
  EXPECT_EQ(found_in("say(\"the lease stands \"\n    \"still\");\n").size(), 1u);
  EXPECT_EQ(found_in("A note is\nno proof.\n").size(), 1u);
}

TEST(Phrases, AreWholeWordsAndLeavePlainEnglishAlone) {
  for (const auto* good :
       {"Millis stood_still{};", "the voucher", "renewed", "if there is no candidate",
        "it is no longer a candidate", "pools are no more than 100", "is not a candidate",
        "passed over_all", "const bool passed_over = false;", "the answer is: no lease"}) {
    EXPECT_TRUE(found_in(good).empty()) << good << "\n" << print(found_in(good));
  }
}

TEST(Phrases, AreNowhereInTheProject) {
  std::vector<Finding> all;
  int files = 0;
  for (const auto& file : read_tree({"include", "src", "docs", "tests", "scripts", "examples",
                                     "units", "packaging", "README.md", "CHANGELOG.md"},
                                    {""})) {
    if (!is_prose(file.path)) continue;
    ++files;
    std::ranges::copy(check_phrases(file), std::back_inserter(all));
  }
  EXPECT_GT(files, 300);
  EXPECT_TRUE(all.empty()) << all.size() << " phrases:\n" << print(all);
}

}  // namespace
}  // namespace jobflip::tidy
