#include "pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "jobflip/core/flip.hpp"

namespace jobflip::tidy {
namespace {

using Row = std::vector<std::string>;

std::string code(std::string_view text) {
  return "`" + std::string{text} + "`";
}

std::vector<Row> rows_of(const std::string& name) {
  const auto page = read_tree({"docs"}, {"docs/" + name});
  return page.size() == 1 ? table_rows(page[0].text) : std::vector<Row>{};
}

TEST(Links, AreFoundWhereTheyLeadNowhere) {
  const SourceFile page{"docs/a.md",
                        "[one](b.md) [two](../README.md#top)\n[three](https://example.org/x)\n"
                        "`[four](c.md)`\n```\n[five](d.md)\n```\n[six](#here)\n"};
  const auto found = check_links(page, [](const std::string& path) { return path == "README.md"; });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0], (Finding{"docs/a.md", 1, "the link leads nowhere: docs/b.md"}));
}

TEST(Links, LeadSomewhereOnEveryPage) {
  const auto pages = read_tree({"docs", "README.md", "CHANGELOG.md"}, {".md"});
  ASSERT_GT(pages.size(), 5u);
  std::vector<Finding> all;
  for (const auto& page : pages) {
    std::ranges::copy(check_links(page, exists_in_tree), std::back_inserter(all));
  }
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(FlipPage, HasEveryRowOfTheTableInCoreAndNoOther) {
  std::set<Row> wanted;
  for (const auto& row : core::kFlipTable) {
    wanted.insert({code(core::name_of(row.from)), code(core::name_of(row.event)),
                   code(core::name_of(row.to)), std::string{row.sentence}});
  }
  std::set<Row> written;
  for (const auto& row : rows_of("flips.md")) {
    if (row.size() == 4 && row[0].starts_with("`")) written.insert(row);
  }
  EXPECT_EQ(written, wanted);
}

/// scripts/model makes Spin reach each of these steps. Its model has one state for all ends, and
/// takes an expired lease in the same step.
TEST(FlipModel, ReachesEveryStepOfTheTableInCoreAndNoOther) {
  const auto state = [](core::FlipState one) {
    return core::has_ended(one) ? std::string{"none"} : std::string{core::name_of(one)};
  };
  std::set<std::string> wanted;
  for (const auto& row : core::kFlipTable) {
    if (row.from == core::FlipState::expired) continue;
    const bool expires = row.to == core::FlipState::expired;
    wanted.insert(state(row.from) + "-" + state(expires ? core::FlipState::taken : row.to));
  }
  const auto scripts = read_tree({"scripts/model"}, {});
  ASSERT_EQ(scripts.size(), 1u);
  const std::string& text = scripts[0].text;
  const auto begin = text.find("for step in ");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream words{text.substr(begin + 12, text.find("; do", begin) - begin - 12)};
  std::set<std::string> reached;
  for (std::string word; words >> word;)
    if (word != "\\") reached.insert(word);
  EXPECT_EQ(reached, wanted);
}

}  // namespace
}  // namespace jobflip::tidy
