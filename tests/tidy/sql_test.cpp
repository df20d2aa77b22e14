#include "sql.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jobflip::tidy {
namespace {

constexpr auto kGood =
    "-- beat: now() in a comment does no harm\n"
    "create or replace function jobflip.beat(node text) returns int\n"
    "language plpgsql security definer\n"
    "set search_path = pg_catalog, jobflip, pg_temp as $$\n"
    "begin return clock_timestamp(); end $$;\n";

std::string with(std::string text, const std::string& old, const std::string& other) {
  return text.replace(text.find(old), old.size(), other);
}

std::vector<SourceFile> sql_files() {
  return read_tree({"src/store/sql"}, {".sql"});
}

TEST(SqlFunctions, AreReadWithHeadAndBody) {
  const auto found = sql_functions({"a.sql", kGood});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "jobflip.beat");
  EXPECT_EQ(found[0].line, 2);
  EXPECT_NE(found[0].head.find("security definer set search_path"), std::string::npos);
  EXPECT_EQ(found[0].body, "\nbegin return clock_timestamp(); end ");
}

TEST(SqlFunctions, MayNameTheirRightsBehindTheBody) {
  const std::string behind =
      "create function jobflip.f() returns int language sql as $f$ select 1 $f$\n"
      "security definer set search_path to pg_catalog, jobflip, pg_temp;";
  EXPECT_TRUE(check_sql_rights({"a.sql", behind}).empty());
}

TEST(SqlFunctions, AreFoundWithoutASafeSearchPath) {
  EXPECT_TRUE(check_sql_rights({"a.sql", kGood}).empty());
  EXPECT_EQ(check_sql_rights({"a.sql", with(kGood, ", pg_temp", "")}).size(), 1u);
  EXPECT_EQ(check_sql_rights({"a.sql", with(kGood, "pg_catalog, jobflip", "jobflip")}).size(), 1u);
}

TEST(SqlFunctions, AreFoundWithTheCallersRights) {
  EXPECT_EQ(check_sql_rights({"a.sql", with(kGood, "security definer", "")}).size(), 1u);
}

TEST(SqlFunctions, AreFoundWithTheClockOfTheTransaction) {
  EXPECT_TRUE(check_sql_clock({"a.sql", kGood}).empty());
  for (const auto* bad : {"now()", "current_timestamp", "transaction_timestamp()", "pg_sleep(1)"}) {
    EXPECT_EQ(check_sql_clock({"a.sql", with(kGood, "clock_timestamp()", bad)}).size(), 1u) << bad;
  }
}

TEST(SqlFunctions, HaveSafeRightsInTheWholeSchema) {
  std::vector<Finding> all;
  std::size_t count = 0;
  for (const auto& file : sql_files()) {
    count += sql_functions(file).size();
    std::ranges::copy(check_sql_rights(file), std::back_inserter(all));
  }
  EXPECT_GT(count, 0u) << "no function was found below src/store/sql";
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(SqlFunctions, ReadTheRightClockInTheWholeSchema) {
  std::vector<Finding> all;
  for (const auto& file : sql_files()) {
    std::ranges::copy(check_sql_clock(file), std::back_inserter(all));
  }
  EXPECT_TRUE(all.empty()) << print(all);
}

}  // namespace
}  // namespace jobflip::tidy
