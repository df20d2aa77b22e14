#include "store/errors.hpp"

#include <gtest/gtest.h>

namespace jobflip::store {
namespace {

TEST(StoreErrors, AStatementsSqlstateDecidesTheCode) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"JF001", ErrorCode::refused},           {"JF002", ErrorCode::refused},
      {"JF003", ErrorCode::not_found},         {"JF005", ErrorCode::usage},
      {"JF006", ErrorCode::store_denied},      {"3F000", ErrorCode::schema_missing},
      {"42883", ErrorCode::schema_missing},    {"42501", ErrorCode::store_denied},
      {"28P01", ErrorCode::store_denied},      {"25006", ErrorCode::store_read_only},
      {"53100", ErrorCode::store_full},        {"53300", ErrorCode::store_full},
      {"40001", ErrorCode::store_conflict},    {"40P01", ErrorCode::store_conflict},
      {"55P03", ErrorCode::store_conflict},    {"57014", ErrorCode::store_timeout},
      {"57P01", ErrorCode::store_unreachable}, {"08006", ErrorCode::store_unreachable},
      {"22012", ErrorCode::store_failed},      {"", ErrorCode::store_failed},
  };
  for (const auto& [sqlstate, code] : cases)
    EXPECT_EQ(error_of_statement("take", {sqlstate, "m", "", ""}).code, code) << sqlstate;
}

TEST(StoreErrors, TheServersOwnHintWinsAndItsTextIsMadeHarmless) {
  const auto error = error_of_statement("take", {"42501", "no \x1b[31m", "why", "do that"});
  EXPECT_EQ(error.hint, "do that");
  EXPECT_EQ(error.text.find('\x1b'), std::string::npos);
  EXPECT_NE(error.text.find("why"), std::string::npos);
}

TEST(StoreErrors, ARefusedConnectionIsReadByItsSqlstateInAnyLanguage) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"connection to server failed: FATAL:  28P01: Passwort-Authentifizierung fehlgeschlagen\n"
       "LOCATION:  auth_failed, auth.c:326\n",
       ErrorCode::store_denied},
      {"FATAL:  3D000: database \"x\" does not exist", ErrorCode::store_denied},
      {"FATAL:  53300: sorry, too many clients already", ErrorCode::store_full},
      {"FATAL:  57P03: the database system is starting up", ErrorCode::store_unreachable},
      {"connection to server at \"h\" failed: session is read-only", ErrorCode::store_read_only},
      {"connection to server on socket \"/x\" failed: No such file or directory",
       ErrorCode::store_unreachable},
      {"definition of service \"jobflip\" not found", ErrorCode::config},
      {"invalid sslmode value: \"bogus\"\n", ErrorCode::config},
  };
  for (const auto& [text, code] : cases) {
    const auto error = error_of_connecting(text);
    EXPECT_EQ(error.code, code) << text;
    EXPECT_EQ(error.text.find("LOCATION"), std::string::npos);
    EXPECT_NE(error.hint, "") << text;
  }
}

TEST(StoreErrors, AServerThatAcceptsAConnectionAndNeverAnswersIsNamed) {
  const auto error = error_of_silence("db1, port 5432", Millis{5000});
  EXPECT_EQ(error.code, ErrorCode::store_unreachable);
  EXPECT_EQ(error.text, "connect: no answer from db1, port 5432 within 5.0s");
  EXPECT_EQ(error.hint.find("pg_stat_activity"), std::string::npos) << "who could look into it?";
}

TEST(StoreErrors, WhatLibpqSaysInSeveralLinesIsShownInOne) {
  EXPECT_EQ(in_one_line("FATAL:  57P01: terminating connection\nserver closed it\n\tThis means"),
            "FATAL: terminating connection server closed it This means");
  EXPECT_EQ(error_of_connecting("connection to server on socket \"/x\" failed: No such file\n"
                                "\tIs the server running locally?\n")
                .text,
            "connection to server on socket \"/x\" failed: No such file Is the server running "
            "locally?");
  EXPECT_EQ(error_of_connecting("failed: FATAL:  28000: role \"nobody1\" does not exist\n"
                                "LOCATION:  InitializeSessionUserId, miscinit.c:748\n")
                .text,
            "failed: FATAL: role \"nobody1\" does not exist");
}

TEST(StoreErrors, AVerboseTextIsTakenApartIntoTheServersWords) {
  const auto words = words_of_verbose(
      "ERROR:  42501: permission denied\nfor table a\nLINE 1: select DETAIL:  x\n        ^\n"
      "DETAIL:  one\ntwo\nHINT:  do that\nCONTEXT:  PL/pgSQL function f() line 3\n"
      "LOCATION:  aclcheck_error, aclchk.c:3650\n");
  EXPECT_EQ(words.sqlstate, "42501");
  EXPECT_EQ(words.message, "permission denied\nfor table a");
  EXPECT_EQ(words.detail, "one\ntwo");
  EXPECT_EQ(words.hint, "do that");
}

TEST(StoreErrors, ATextThatNoServerWroteIsTheMessage) {
  for (const std::string text : {"", "server closed the connection unexpectedly", "ERROR:  oops",
                                 "ERROR:  4250: short", "ERROR:  42501:"}) {
    const auto words = words_of_verbose(text);
    EXPECT_EQ(words.sqlstate, "") << text;
    EXPECT_EQ(words.message, text);
  }
  EXPECT_EQ(words_of_verbose("FATAL:  57P01: ").sqlstate, "57P01");
  EXPECT_EQ(words_of_verbose("FATAL:  57P01: ").message, "");
}

TEST(StoreErrors, ASchemaOfAnotherVersionSaysWhatToType) {
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

TEST(StoreErrors, AServerOlderThanFourteenIsRefusedByItsNumber) {
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
