#include "jobflip/pg/errors.hpp"

#include <gtest/gtest.h>

namespace jobflip::pg {
namespace {

TEST(PgErrors, AStatementsSqlstateDecidesTheCode) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"28P01", ErrorCode::store_denied},      {"25006", ErrorCode::store_read_only},
      {"53100", ErrorCode::store_full},        {"53300", ErrorCode::store_full},
      {"40001", ErrorCode::store_conflict},    {"40P01", ErrorCode::store_conflict},
      {"55P03", ErrorCode::store_conflict},    {"57014", ErrorCode::store_timeout},
      {"57P01", ErrorCode::store_unreachable}, {"08006", ErrorCode::store_unreachable},
      {"22012", ErrorCode::store_failed},      {"", ErrorCode::store_failed},
  };
  for (const auto& [sqlstate, code] : cases)
    EXPECT_EQ(error_of_statement("take", {sqlstate, "m", "", ""}, {}).code, code) << sqlstate;
}

TEST(PgErrors, WhatTheCallerMeansByAnSqlstateComesFirst) {
  const Meaning own[] = {{"42P01", ErrorCode::schema_missing, "make the tables"},
                         {"57014", ErrorCode::refused, "ask later"}};
  const ServerWords missing{"42P01", "m", "", ""};
  EXPECT_EQ(error_of_statement("take", missing, {}).code, ErrorCode::store_failed);
  EXPECT_EQ(error_of_statement("take", missing, own).code, ErrorCode::schema_missing);
  EXPECT_EQ(error_of_statement("take", missing, own).hint, "make the tables");
  EXPECT_EQ(error_of_statement("take", {"57014", "m", "", ""}, own).code, ErrorCode::refused);
  EXPECT_EQ(error_of_statement("take", {"40001", "m", "", ""}, own).code,
            ErrorCode::store_conflict);
  EXPECT_EQ(error_of_connecting("FATAL:  57014: no", own).hint, "ask later");
}

TEST(PgErrors, TheServersOwnHintWinsAndItsTextIsMadeHarmless) {
  const auto error = error_of_statement("take", {"42501", "no \x1b[31m", "why", "do that"}, {});
  EXPECT_EQ(error.hint, "do that");
  EXPECT_EQ(error.text.find('\x1b'), std::string::npos);
  EXPECT_NE(error.text.find("why"), std::string::npos);
}

TEST(PgErrors, ARefusedConnectionIsReadByItsSqlstateInAnyLanguage) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"connection to server failed: FATAL:  28P01: Passwort-Authentifizierung fehlgeschlagen\n"
       "LOCATION:  auth_failed, auth.c:326\n",
       ErrorCode::store_denied},
      {"FATAL:  3D000: database \"x\" does not exist", ErrorCode::store_denied},
      {"FATAL:  53300: sorry, too many clients already", ErrorCode::store_full},
      {"FATAL:  57P03: the database system is starting up", ErrorCode::store_unreachable},
      {"could not translate host name \"db.invalid\" to address: Name or service not known",
       ErrorCode::store_unreachable},
      {"connection to server at \"h\" failed: session is read-only", ErrorCode::store_read_only},
      {"connection to server on socket \"/x\" failed: No such file or directory",
       ErrorCode::store_unreachable},
      {"definition of service \"jobflip\" not found", ErrorCode::config},
      {"invalid sslmode value: \"bogus\"\n", ErrorCode::config},
  };
  for (const auto& [text, code] : cases) {
    const auto error = error_of_connecting(text, {});
    EXPECT_EQ(error.code, code) << text;
    EXPECT_EQ(error.text.find("LOCATION"), std::string::npos);
    EXPECT_NE(error.hint, "") << text;
  }
}

TEST(PgErrors, AServerThatTakesAConnectionAndSaysNothingIsNamedAndNotToBeAsked) {
  const auto error = error_of_silence("db1, port 5432", Millis{5000});
  EXPECT_EQ(error.code, ErrorCode::store_unreachable);
  EXPECT_EQ(error.text, "connect: no answer from db1, port 5432 within 5.0s");
  EXPECT_EQ(error.hint.find("pg_stat_activity"), std::string::npos) << "who could look into it?";
}

TEST(PgErrors, WhatLibpqSaysInSeveralLinesIsShownInOne) {
  EXPECT_EQ(in_one_line("FATAL:  57P01: terminating connection\nserver closed it\n\tThis means"),
            "FATAL: terminating connection; server closed it; This means");
  EXPECT_EQ(error_of_connecting("connection to server on socket \"/x\" failed: No such file\n"
                                "\tIs the server running locally?\n",
                                {})
                .text,
            "connection to server on socket \"/x\" failed: No such file; Is the server running "
            "locally?");
  EXPECT_EQ(error_of_connecting("failed: FATAL:  28000: role \"nobody1\" does not exist\n"
                                "LOCATION:  InitializeSessionUserId, miscinit.c:748\n",
                                {})
                .text,
            "failed: FATAL: role \"nobody1\" does not exist");
}

TEST(PgErrors, AVerboseTextIsTakenApartIntoTheServersWords) {
  const auto words = words_of_verbose(
      "ERROR:  42501: permission denied\nfor table a\nLINE 1: select DETAIL:  x\n        ^\n"
      "DETAIL:  one\ntwo\nHINT:  do that\nCONTEXT:  PL/pgSQL function f() line 3\n"
      "LOCATION:  aclcheck_error, aclchk.c:3650\n");
  EXPECT_EQ(words.sqlstate, "42501");
  EXPECT_EQ(words.message, "permission denied\nfor table a");
  EXPECT_EQ(words.detail, "one\ntwo");
  EXPECT_EQ(words.hint, "do that");
}

TEST(PgErrors, ATextThatNoServerWroteIsTheMessage) {
  for (const std::string text : {"", "server closed the connection unexpectedly", "ERROR:  oops",
                                 "ERROR:  4250: short", "ERROR:  42501:"}) {
    const auto words = words_of_verbose(text);
    EXPECT_EQ(words.sqlstate, "") << text;
    EXPECT_EQ(words.message, text);
  }
  EXPECT_EQ(words_of_verbose("FATAL:  57P01: ").sqlstate, "57P01");
  EXPECT_EQ(words_of_verbose("FATAL:  57P01: ").message, "");
}

}  // namespace
}  // namespace jobflip::pg
