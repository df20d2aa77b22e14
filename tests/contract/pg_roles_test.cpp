// Each role can do what it must and nothing else: every function and every table against every
// role, generated from the catalog, and objects that a crafted session could substitute for ours.

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <sstream>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

constexpr const char* kLogins[] = {"job1", "sup1", "ops1", "worker1", "reader1", "nobody1"};

class PgRoles : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  }

  /// How each statement ends: "" if it is carried out, else its SQLSTATE. Each is rolled back.
  std::vector<std::string> ends_of(const std::string& login,
                                   const std::vector<std::string>& statements) {
    pqxx::connection connection{store_.conninfo(login)};
    std::vector<std::string> ends;
    for (const auto& statement : statements) {
      try {
        pqxx::work transaction{connection};
        transaction.exec(statement);
        ends.emplace_back("");
      } catch (const pqxx::insufficient_privilege& error) {
        ends.emplace_back("42501");  // libpqxx 6 does not keep the SQLSTATE
        last_words_ = error.what();
      } catch (const pqxx::sql_error& error) {
        ends.push_back(error.sqlstate().empty() ? error.what() : error.sqlstate());
        last_words_ = error.what();
      }
    }
    return ends;
  }
  std::string end_of(const std::string& login, const std::string& statement) {
    return ends_of(login, {statement}).front();
  }

  std::vector<std::string> lines(const std::string& sql) {
    std::istringstream in{store_.sql(sql)};
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  PgStore store_;
  std::string last_words_;
};

TEST_F(PgRoles, EveryTableRefusesEveryRoleEveryStatement) {
  const auto tables = lines(
      "select c.relname from pg_class c where c.relnamespace = 'jobflip_data'::regnamespace and "
      "c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1");
  ASSERT_GT(tables.size(), 15u);
  for (const char* login : kLogins) {
    std::vector<std::string> statements;
    for (const auto& table : tables) {
      const auto name = "jobflip_data." + table;
      for (const auto& statement :
           {"select from " + name, "select from " + name + " for share",
            "insert into " + name + " default values", "delete from " + name, "truncate " + name,
            "lock table " + name + " in access share mode",
            "create trigger t after update on " + name + " execute function pg_catalog.now()",
            "create rule r as on update to " + name + " do also nothing",
            "alter table " + name + " add column mine int", "drop table " + name,
            "copy " + name + " to stdout"})
        statements.push_back(statement);
    }
    const auto ends = ends_of(login, statements);
    for (std::size_t i = 0; i < ends.size(); ++i)
      EXPECT_EQ(ends[i], "42501") << login << ": " << statements[i];
    // The schema refused these. Also, no role has a right on anything in it.
    EXPECT_EQ(store_.sql(
                  "select coalesce(string_agg(c.oid::regclass::text, ' '), '') from pg_class "
                  "c where c.relnamespace = 'jobflip_data'::regnamespace and case c.relkind "
                  "when 'S' then has_sequence_privilege('" +
                  std::string{login} +
                  "', c.oid, 'usage, select, update') when 'r' then has_table_privilege('" + login +
                  "', c.oid, 'delete, truncate, trigger') or "
                  "has_any_column_privilege('" +
                  login + "', c.oid, 'select, insert, update, references') end"),
              "");
  }
}

TEST_F(PgRoles, EveryColumnRefusesEveryRoleAnUpdateButThatOfItsOwnBeat) {
  for (const std::string login : kLogins) {
    const bool beats = login == "job1" || login == "sup1";
    EXPECT_EQ(lines("select c.relname || '.' || a.attname from pg_class c join pg_attribute a on "
                    "a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = "
                    "any ('{jobflip, jobflip_data}'::regnamespace[]) and c.relkind in ('r', 'p', "
                    "'v', 'm', 'f') and "
                    "has_column_privilege('" +
                    login + "', c.oid, a.attnum, 'update') order by 1"),
              (beats ? std::vector<std::string>{"renew_unchanged.beat", "renew_unchanged.beat_at"}
                     : std::vector<std::string>{}))
        << login;
  }
}

TEST_F(PgRoles, NobodyMayMakeAnythingInTheSchemaOrBecomeItsOwner) {
  for (const char* login : kLogins) {
    for (const std::string statement :
         {"create table jobflip.mine (a int)", "create view jobflip.mine as select 1",
          "create function jobflip.mine() returns int language sql as 'select 1'",
          "create type jobflip.mine as (a int)", "set role jobflip_owner",
          "alter function jobflip.take(text, text, uuid, uuid, bigint, bigint, bigint, integer, "
          "boolean, bigint, text, uuid, bigint) security invoker",
          "drop schema jobflip cascade", "set session authorization postgres"})
      EXPECT_EQ(end_of(login, statement), "42501") << login << ": " << statement;
  }
}

TEST_F(PgRoles, EveryFunctionThatARoleMayNotCallRefusesIt) {
  for (const char* login : kLogins) {
    const auto calls = lines(
        "select format('select jobflip.%I(%s)', p.proname, (select string_agg('null::' || "
        "format_type(t, null), ', ' order by place) from unnest(p.proargtypes::oid[]) with "
        "ordinality as a (t, place))) from pg_proc p where p.pronamespace = "
        "'jobflip'::regnamespace and p.prorettype <> 'trigger'::regtype and not "
        "has_function_privilege('" +
        std::string{login} + "', p.oid, 'execute')");
    ASSERT_GT(calls.size(), 20u) << login;
    const auto ends = ends_of(login, calls);
    for (std::size_t i = 0; i < ends.size(); ++i)
      EXPECT_EQ(ends[i], "42501") << login << ": " << calls[i];
    EXPECT_NE(last_words_.find("permission denied"), std::string::npos) << last_words_;
  }
}

TEST_F(PgRoles, NothingThatARoleMayCallTakesNullForAnAnswer) {
  for (const char* login : kLogins) {
    const auto calls = lines(
        "select format('select jobflip.%I(%s)', p.proname, (select string_agg('null::' || "
        "format_type(t, null), ', ' order by place) from unnest(p.proargtypes::oid[]) with "
        "ordinality as a (t, place))) from pg_proc p where p.pronamespace = "
        "'jobflip'::regnamespace and p.prorettype <> 'trigger'::regtype and p.pronargs > 0 and "
        "p.provolatile = 'v' and has_function_privilege('" +
        std::string{login} + "', p.oid, 'execute')");
    const auto before = store_.sql("select sum(seq) from jobflip_data.audit_head");
    for (const auto& call : calls) end_of(login, call);
    EXPECT_EQ(store_.sql("select sum(seq) from jobflip_data.audit_head"), before) << login;
  }
}

TEST_F(PgRoles, EachTriesWhatIsAnothersAndIsToldWhoMay) {
  struct Try {
    const char* login;
    const char* sql;
    const char* says;
  };
  for (const auto& one : {
           Try{"job1",
               "select jobflip.beat('job2', gen_random_uuid(), '{}', '{}', '', '{}', '{}', 0, "
               "'{}')",
               "login \"job1\" may not act for node \"job2\""},
           Try{"stranger",
               "select jobflip.take('job1', 'mail', gen_random_uuid(), gen_random_uuid(), 0, 0, 0, "
               "0, false, 0, '', gen_random_uuid(), 0)",
               "login \"stranger\" may not act for node \"job1\""},
           Try{"worker1",
               "select jobflip.request_flip(gen_random_uuid(), 'mail', '', 'job2', null, '', 0, "
               "'me', 'x', false, false, '')",
               "permission denied for function request_flip"},
           Try{"sup1",
               "select jobflip.request_flip(gen_random_uuid(), 'mail', '', 'job2', null, '', 0, "
               "'me', 'x', false, false, '')",
               "may not request a flip as an operator"},
           Try{"reader1", "select jobflip.pause('mail', 1000, '', 'x')",
               "permission denied for function pause"},
           Try{"ops1", "update jobflip_data.audit_event set reason = 'never happened'",
               "permission denied for schema jobflip_data"},
           Try{"ops1",
               "select jobflip.take('job1', 'mail', null, null, 0, 0, 0, 0, false, 0, '', null, 0)",
               "permission denied for function take"},
       }) {
    EXPECT_EQ(end_of(one.login, one.sql), "42501") << one.login << ": " << one.sql;
    EXPECT_NE(last_words_.find(one.says), std::string::npos) << last_words_;
  }
}

// What a session can substitute for our names: its own tables, functions, operators and types.
TEST_F(PgRoles, NothingThatACallerMakesIsTakenForTheRealThing) {
  pqxx::connection connection{store_.conninfo("worker1")};
  pqxx::nontransaction session{connection};
  for (const std::string sql :
       {"create temporary table pool_owner as select 'mail'::text as pool, 'held'::text as state, "
        "99::bigint as epoch, 'job1'::text as holder",
        "create function pg_temp.forged(text, text) returns boolean language sql as 'select true'",
        "create operator pg_temp.= (leftarg = text, rightarg = text, function = pg_temp.forged)",
        "create operator pg_temp.<> (leftarg = text, rightarg = text, function = pg_temp.forged)",
        "create function pg_temp.left(text, integer) returns text language sql as "
        "'select ''mine'''",
        "create function pg_temp.format(text, text, bigint) returns text language sql as "
        "'select ''mine'''",
        "create domain pg_temp.bigint as integer",
        "set search_path = pg_temp, jobflip, pg_catalog, public"})
    session.exec(sql);
  try {
    session.exec("select jobflip.fence('mail', 99)");
    FAIL() << "a forged row was believed";
  } catch (const pqxx::sql_error& error) {
    EXPECT_EQ(error.sqlstate(), "JF001") << error.what();
    EXPECT_EQ(std::string{error.what()}.find("mine"), std::string::npos) << error.what();
  }
}

TEST_F(PgRoles, NoFunctionMeansAnotherThingUnderTheCallersWayToReadText) {
  EXPECT_EQ(
      store_.sql("select coalesce(string_agg(proname, ' '), '') from pg_proc where "
                 "pronamespace = 'jobflip'::regnamespace and position(chr(92) in prosrc) > 0"),
      "")
      << "a backslash is an escape where a login has standard_conforming_strings off";
}

// An exception rolls back its own record: such a refusal is only in the server's log. A refusal
// that is an answer is in the audit.
TEST_F(PgRoles, ARefusedFlipIsInTheAuditWithTheLoginThatAsked) {
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.to = job2;
  request.reason = "let me";
  const auto answer = store_.oper().request_flip(request).value();
  ASSERT_FALSE(answer.accepted);
  EXPECT_EQ(
      store_.sql("select kind || ' ' || login from jobflip_data.audit_event where chain = 'mail' "
                 "order by seq desc limit 1"),
      "flip_refused ops1");
}

}  // namespace
}  // namespace jobflip::test
