// What stands in SQL or in the docs a second time is the same there.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "store/embedded_sql.hpp"
#include "support/build_paths.hpp"

namespace jobflip::store {
namespace {

std::string sql_of(std::string_view name) {
  const auto found = std::ranges::find(embedded_sql(), name, &EmbeddedSql::name);
  return found == embedded_sql().end() ? "" : std::string{found->text};
}

std::string page(std::string_view path) {
  std::ifstream file{test::source_path(path)};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Of each index the statement without its line breaks.
std::set<std::string> indexes_in(const std::string& text, const std::string& begins) {
  std::set<std::string> out;
  const std::regex space{"\\s+"};
  for (auto at = text.find(begins); at != std::string::npos; at = text.find(begins, at + 1)) {
    const auto from = at + begins.size();
    out.insert(std::regex_replace(text.substr(from, text.find(';', from) - from), space, " "));
  }
  return out;
}

TEST(SqlLists, TheTableOfIncidentsAllowsTheClassesThatTheFunctionsKnow) {
  const auto table = sql_of("migrations/0004_incidents.sql");
  const auto from = table.find("check (class in (");
  ASSERT_NE(from, std::string::npos);
  std::string in_table;
  const std::regex word{"'([a-z]+)'"};
  const auto list = table.substr(from, table.find("))", from) - from);
  for (std::sregex_iterator one{list.begin(), list.end(), word}, end; one != end; ++one)
    in_table += (in_table.empty() ? "" : " ") + (*one)[1].str();
  EXPECT_NE(sql_of("incident/incident_classes.sql").find("'" + in_table + "'"), std::string::npos)
      << in_table;
}

TEST(SqlLists, TheOperationsPageMakesTheIndexesOfALargeLogThatTheMigrationWants) {
  const auto migration = sql_of("migrations/0008_indexes.sql");
  const auto on_page =
      indexes_in(page("docs/operations.md"), "create index concurrently if not exists ");
  auto wanted = indexes_in(migration, "create index if not exists ");
  std::erase_if(wanted, [](const auto& one) { return !one.starts_with("audit_event"); });
  EXPECT_EQ(wanted.size(), 8U);
  EXPECT_EQ(on_page, wanted);
  const auto names = migration.substr(0, migration.find("create index"));
  for (const auto& one : wanted)
    EXPECT_NE(names.find("'" + one.substr(0, one.find(' ')) + "'"), std::string::npos)
        << "not asked for in a large log: " << one;
}

}  // namespace
}  // namespace jobflip::store
