#include <gtest/gtest.h>

#include "store/session.hpp"

namespace jobflip::store {
namespace {

constexpr Purpose kAll[] = {Purpose::change, Purpose::read, Purpose::migrate, Purpose::listen};

std::string conninfo_of(const std::string& given, Purpose purpose) {
  const auto made = session_conninfo({{.conninfo = given}}, purpose);
  EXPECT_TRUE(made.has_value()) << given;
  return made ? *made : "";
}

// PgBouncer from 1.20 on lets nobody in whose options end in a blank
TEST(SessionOptions, NeverEndInABlankAndKeepWhatIsGiven) {
  for (const auto purpose : kAll) {
    EXPECT_EQ(conninfo_of("dbname=x", purpose).find(" ' "), std::string::npos);
    for (const std::string given :
         {"options='-c work_mem=1MB'", "options='-c work_mem=1MB  '", "options=' '"}) {
      const auto made = conninfo_of("dbname=x " + given, purpose);
      EXPECT_NE(made.find("options='-c statement_timeout=2000 "), std::string::npos) << made;
      EXPECT_EQ(made.find(" ' "), std::string::npos) << made;
      EXPECT_EQ(made.find(" -c work_mem=1MB ") != std::string::npos,
                given.find("work_mem") != std::string::npos)
          << made;
    }
  }
}

// the last setting of a name counts
TEST(SessionOptions, LetNoFunctionOutsideOfPostgresBeFoundByItsName) {
  for (const auto purpose : kAll)
    for (const std::string given : {"", "options='-c search_path=public -c work_mem=1MB'"}) {
      const auto made = conninfo_of("dbname=x " + given, purpose);
      EXPECT_NE(made.find(" -c search_path=pg_catalog,pg_temp' "), std::string::npos) << made;
    }
}

TEST(Session, AnSqlstateOfOurSchemaDecidesTheCode) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"JF001", ErrorCode::refused},        {"JF002", ErrorCode::refused},
      {"JF003", ErrorCode::not_found},      {"JF005", ErrorCode::usage},
      {"JF006", ErrorCode::store_denied},   {"3F000", ErrorCode::schema_missing},
      {"42883", ErrorCode::schema_missing}, {"42P01", ErrorCode::schema_missing},
      {"42501", ErrorCode::store_denied},   {"28P01", ErrorCode::store_denied},
      {"22012", ErrorCode::store_failed},
  };
  for (const auto& [sqlstate, code] : cases)
    EXPECT_EQ(error_of_statement("take", {sqlstate, "m", "", ""}).code, code) << sqlstate;
  EXPECT_NE(error_of_connecting("FATAL:  42501: no").hint.find("jobflip_agent"), std::string::npos);
}

TEST(Session, OnlyWhatChangesSomethingLimitsItsWaitForLocksAndLeavesTheVersion) {
  const StoreSettings settings{{.conninfo = "dbname=x", .call_deadline = Millis{3000}}, "1.2.3"};
  for (const auto purpose : kAll) {
    const auto made = session_conninfo(settings, purpose);
    ASSERT_TRUE(made.has_value());
    const bool changes = purpose == Purpose::change;
    for (const char* option : {"lock_timeout=1500", "jobflip.program=1.2.3", "plan_cache_mode"})
      EXPECT_EQ(made->find(option) != std::string::npos, changes) << *made;
    EXPECT_EQ(made->find("target_session_attrs='read-write'") != std::string::npos,
              changes || purpose == Purpose::migrate)
        << *made;
  }
}

TEST(Session, ASchemaOfAnotherVersionSaysWhatToType) {
  EXPECT_TRUE(check_schema_version(3, 3).has_value());
  EXPECT_EQ(check_schema_version(0, 3).error().code, ErrorCode::schema_missing);
  EXPECT_NE(check_schema_version(0, 3).error().hint.find("jobflip init"), std::string::npos);
  for (const auto& missing : {check_schema_version(0, 3).error(),
                              error_of_statement("schema", {"3F000", "no schema", "", ""})})
    EXPECT_TRUE(missing.hint.starts_with("is it the right database?")) << missing.hint;
  EXPECT_EQ(check_schema_version(2, 3).error().code, ErrorCode::schema_old);
  EXPECT_NE(check_schema_version(2, 3).error().hint.find("jobflip migrate"), std::string::npos);
  EXPECT_EQ(check_schema_version(4, 3).error().code, ErrorCode::schema_new);
}

TEST(Session, AServerOlderThanFourteenIsRefusedByItsNumber) {
  for (const int number : {140000, 140019, 150018, 160010, 170006, 180001, 190000})
    EXPECT_TRUE(check_server_version(number).has_value()) << number;
  const std::pair<int, const char*> old[] = {
      {139999, "13.9999"}, {130022, "13.22"}, {100023, "10.23"}, {90624, "9.6"}, {80401, "8.4"}};
  for (const auto& [number, name] : old) {
    const auto refused = check_server_version(number);
    ASSERT_TRUE(refused.has_error()) << number;
    EXPECT_NE(refused.error().text.find("PostgreSQL " + std::string{name} + ","), std::string::npos)
        << refused.error().text;
    EXPECT_NE(refused.error().hint.find("upgrade"), std::string::npos);
  }
}

}  // namespace
}  // namespace jobflip::store
