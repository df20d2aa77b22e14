// What is numbered and never changes, and what is replaced as a whole.

#include "store/schema_set.hpp"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <fstream>
#include <map>

#include "jobflip/base/hex.hpp"
#include "store/migrations.hpp"
#include "support/build_paths.hpp"

namespace jobflip::store {
namespace {

std::string sha256_of(const std::string& text) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hex_of_bytes(hash);
}

/// "0001_first_schema.sql" -> its checksum when it was released.
std::map<std::string, std::string> released() {
  std::ifstream file{test::source_path("tests/fixtures/released_migrations")};
  std::map<std::string, std::string> sums;
  for (std::string line; std::getline(file, line);) {
    const auto space = line.find(' ');
    if (!line.starts_with('#')) sums[line.substr(space + 1)] = line.substr(0, space);
  }
  return sums;
}

TEST(Migrations, AreNumberedFromOneAndHoldNoFunctionViewOrTrigger) {
  ASSERT_FALSE(migrations().empty());
  EXPECT_EQ(migrations().front().version, 1);
  EXPECT_EQ(migrations().back().version, last_migration());
  for (const auto& migration : migrations()) {
    EXPECT_NE(migration.name, "");
    for (const std::string_view word : {"create function", "create view", "create trigger"})
      EXPECT_EQ(migration.sql.find(word), std::string::npos) << migration.name << ": " << word;
  }
}

TEST(Migrations, ThatOlderProgramsCanIgnoreHaveNoNumberThatTheyCompare) {
  EXPECT_EQ(wanted_schema_version(), 1) << "programs of 0.1.0 would refuse the store";
  for (const auto& migration : migrations()) {
    if (!migration.sql.starts_with("-- older programs go on\n")) continue;
    for (const std::string_view word :
         {"drop table", "drop column", "rename ", "update ", "delete from"})
      EXPECT_EQ(migration.sql.find(word), std::string::npos) << migration.name << ": " << word;
  }
}

TEST(Migrations, AReleasedOneNeverChanges) {
  auto sums = released();
  ASSERT_TRUE(sums.contains("0001_first_schema.sql"));
  for (const auto& migration : migrations()) {
    auto number = std::to_string(migration.version);
    number.insert(0, 4 - number.size(), '0');
    const auto found = sums.extract(number + "_" + migration.name + ".sql");
    if (found.empty()) continue;  // not yet released
    EXPECT_EQ(sha256_of(migration.sql), found.mapped())
        << number << "_" << migration.name << " is released: write a new migration instead";
  }
  for (const auto& [name, unused] : sums) ADD_FAILURE() << "the released " << name << " is gone";
}

TEST(SchemaSet, HoldsEachFunctionAndViewOnceAndInTheSchemaOfTheComparison) {
  const auto sql = schema_set_sql("0.1.0");
  const auto count = [](const std::string& text, std::string_view word) {
    int n = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count(sql.functions, "\ncreate function jobflip."), 0);
  EXPECT_EQ(count(sql.functions, "\ncreate function jobflip_data.beat("), 1);
  EXPECT_GT(count(sql.functions, "\ncreate function jobflip_data."), 80);
  EXPECT_EQ(count(sql.functions + sql.views_triggers_rights, "\ncreate view "), 1);
  EXPECT_EQ(count(sql.views_triggers_rights, "\ncreate view jobflip_data.renew_unchanged"), 1);
  EXPECT_EQ(count(sql.functions, schema_set_name("0.1.0")), 1);
  EXPECT_EQ(count(sql.functions, "@set@"), 0);
}

TEST(SchemaSet, IsTheSameByItsHashAndNewerByItsVersion) {
  using ports::SetState;
  EXPECT_EQ(schema_set_hash().size(), 64u);
  EXPECT_EQ(compare_set(schema_set_name("9.9.9"), "0.1.0"), SetState::same);
  EXPECT_EQ(compare_set("", "0.1.0"), SetState::other);
  EXPECT_EQ(compare_set("abc 0.1.0", "0.1.0"), SetState::other);
  EXPECT_EQ(compare_set("abc 0.1.0", "0.2.0"), SetState::other);
  EXPECT_EQ(compare_set("abc 0.10.0", "0.9.9"), SetState::newer);
  EXPECT_EQ(compare_set("abc 1.0.0", "0.9.9"), SetState::newer);
  EXPECT_EQ(compare_set("abc 0.9.10", "0.9.9"), SetState::newer);
  EXPECT_EQ(compare_set("abc 0.9.10", ""), SetState::other) << "no version is known";
  EXPECT_EQ(program_of_set("abc 0.9.10"), "0.9.10");
  EXPECT_EQ(program_of_set(""), "0.1.0") << "which had no such function";
}

}  // namespace
}  // namespace jobflip::store
