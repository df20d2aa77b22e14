// Functions, views and triggers as one set: when it is replaced, by whom, and that this does not
// disturb pools at work.

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <future>
#include <sstream>

#include "contract/pg_live_pool.hpp"
#include "contract/pg_renew_unchanged.hpp"
#include "contract/pg_upgrade.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::test {
namespace {

class PgSchemaSet : public PgRenewUnchanged {
 protected:
  PgSchemaSet() : PgRenewUnchanged{PgStore::Database::own} {}

  std::string installed_set() { return store_.sql("select jobflip.installed_set()"); }
  /// Makes the store report a different set, made by that version of jobflip.
  void pretend(const std::string& program) {
    store_.sql(
        "create or replace function jobflip.installed_set() returns text language sql "
        "stable security definer set search_path = pg_catalog, jobflip, pg_temp "
        "set lock_timeout = '1s' as $$ select 'another " +
        program + "' $$");
  }
  std::unique_ptr<ports::SchemaAdmin> admin_of(const std::string& program) {
    store::StoreSettings settings{store_.conninfo("postgres"), Millis{60'000}, "admin"};
    settings.program = program;
    return store::open_schema_admin(settings);
  }
  std::vector<std::string> doctor(const std::string& program) {
    store::StoreSettings settings{store_.conninfo("ops1"), Millis{5000}, "doctor"};
    settings.program = program;
    const auto facts = store::open_doctor_store(settings)->facts().value();
    std::vector<std::string> out;
    for (const auto& one : setup::judge_store(facts))
      if (one.name == "schema-set") out.push_back(one.found + ": " + one.fix);
    return out;
  }
};

TEST_F(PgSchemaSet, MigratingAgainChangesNothingAndLocksNoTable) {
  const auto was = whole_schema(store_);
  const auto versions =
      "select string_agg(xmin::text, ' ' order by oid) from pg_proc where "
      "pronamespace = 'jobflip'::regnamespace";
  const auto rows = store_.sql(versions);
  pqxx::connection connection{store_.conninfo("postgres")};
  pqxx::work everything{connection};
  std::vector<std::string> relations;
  for (const auto& row : everything.exec("select c.oid::regclass from pg_class c where relkind in "
                                         "('r', 'v') and c.relnamespace in "
                                         "('jobflip'::regnamespace, 'jobflip_data'::regnamespace)"))
    relations.emplace_back(row[0].c_str());
  // Only a reader gets past this.
  for (const auto& relation : relations) everything.exec("lock " + relation + " in exclusive mode");
  const auto done = upgrade(store_);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_FALSE(done->set_replaced);
  everything.abort();
  EXPECT_EQ(store_.sql(versions), rows);
  EXPECT_EQ(whole_schema(store_), was);
  pretend("0.0.9");
  EXPECT_TRUE(upgrade(store_)->set_replaced) << "a migration with a change must apply it";
  EXPECT_EQ(whole_schema(store_), was);
}

TEST_F(PgSchemaSet, OfTwoThatMigrateAtOnceOneDoesIt) {
  pretend("0.0.9");
  std::vector<std::future<Result<ports::MigrateReport>>> both;
  for (int i = 0; i < 2; ++i)
    both.push_back(std::async(std::launch::async, [this] { return upgrade(store_); }));
  int replaced = 0;
  for (auto& one : both) {
    const auto done = one.get();
    ASSERT_TRUE(done.has_value()) << done.error().text;
    replaced += done->set_replaced ? 1 : 0;
  }
  EXPECT_EQ(replaced, 1);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event where kind = "
                       "'schema_upgraded'"),
            "1");
}

TEST_F(PgSchemaSet, AnotherSetOfTheSameNumberIsNotAnErrorForDaemonsAndDoctorSaysWhatToType) {
  EXPECT_EQ(doctor("0.1.0"), std::vector<std::string>{});
  pretend("0.0.9");
  EXPECT_TRUE(store::open_agent_store(store_.settings("job1"))->beat(request_).has_value());
  EXPECT_EQ(doctor("0.1.0"),
            std::vector<std::string>{"its functions are those of jobflip 0.0.9, not of this "
                                     "program: jobflip migrate, as a superuser"});
  store_.sql("drop function jobflip.installed_set()");  // as in 0.1.0
  EXPECT_TRUE(store::open_agent_store(store_.settings("job1"))->beat(request_).has_value());
  EXPECT_EQ(doctor("0.2.0").size(), 1u);
}

TEST_F(PgSchemaSet, AnOlderProgramDoesNotPutItsFunctionsInThePlaceOfNewerOnes) {
  pretend("0.10.0");
  const auto refused = admin_of("0.9.1")->migrate();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::schema_new);
  EXPECT_EQ(refused.error().text,
            "the store's functions are those of jobflip 0.10.0, this program is 0.9.1");
  EXPECT_EQ(installed_set(), "another 0.10.0");
  EXPECT_EQ(doctor("0.9.1"),
            std::vector<std::string>{"its functions are those of jobflip 0.10.0, not of this "
                                     "program: install jobflip 0.10.0 here"});
  EXPECT_TRUE(admin_of("0.10.0")->migrate()->set_replaced)
      << "builds of the same version differ, too";
  EXPECT_NE(installed_set().find(" 0.10.0"), std::string::npos) << installed_set();
}

// A session holds the view, so an upgrade that replaces it has to wait, and all short beats wait
// behind it.
TEST_F(PgSchemaSet, AnUpgradeThatHasToWaitLetsBeatsThroughAndTriesAgain) {
  pretend("0.0.9");
  store_.sql("alter view jobflip.renew_unchanged reset (security_barrier)");
  pqxx::connection connection{store_.conninfo("postgres")};
  pqxx::work holder{connection};
  holder.exec("select from jobflip.renew_unchanged");
  LivePool pool{store_, request_, request_.renewals[0].epoch};
  ASSERT_TRUE(pool.goes_on());
  auto done = std::async(std::launch::async, [this] { return upgrade(store_); });
  pqxx::connection watching{store_.conninfo("postgres")};
  const auto tries = [&] {
    return pqxx::nontransaction{watching}
        .exec(
            "select coalesce((select xact_rollback from pg_stat_database where datname = "
            "current_database()), 0)")
        .at(0)[0]
        .as<int>();
  };
  const int before = tries();
  EXPECT_TRUE(eventually([&] { return tries() >= before + 3; }, std::chrono::seconds{20}));
  holder.abort();
  const auto ended = done.get();
  EXPECT_TRUE(ended.has_value()) << ended.error().text;
  pool.end();
  EXPECT_EQ(pool.failures(), std::vector<std::string>{});
  EXPECT_NE(store_.sql("select reloptions from pg_class where relname = 'renew_unchanged'")
                .find("security_barrier"),
            std::string::npos);
}

TEST_F(PgSchemaSet, EveryBodyIsWhatItsLanguageAllows) {
  // The set is created with check_function_bodies off, because a function may name one that is
  // created later.
  EXPECT_NO_THROW(store_.sql(R"(
    set role jobflip_owner;
    do $$
    declare
      v_def text;
    begin
      for v_def in select pg_get_functiondef(oid) from pg_proc
                   where pronamespace = 'jobflip'::regnamespace loop
        execute v_def;
      end loop;
    end $$)"));
  EXPECT_ANY_THROW(
      store_.sql("create function jobflip.bad() returns int language sql as "
                 "'select * from jobflip_data.none'"));
}

/// The column types of a statement's result for this login, as "text,bigint", or the reason why it
/// can't be prepared.
std::string columns_of(PgStore& store, const std::string& login, const std::string& statement) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{
      PQconnectdb(store.conninfo(login).c_str()), PQfinish};
  using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;
  const Answer prepared{PQprepare(connection.get(), "", statement.c_str(), 0, nullptr), PQclear};
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return PQerrorMessage(connection.get());
  const Answer described{PQdescribePrepared(connection.get(), ""), PQclear};
  std::string types;
  for (int i = 0; i < PQnfields(described.get()); ++i)
    types += (i == 0 ? "" : ",") + std::to_string(PQftype(described.get(), i));
  return store.sql(
      "select string_agg(format_type(t::oid, null), ',' order by place) from "
      "unnest('{" +
      types + "}'::text[]) with ordinality as a (t, place)");
}

TEST_F(PgSchemaSet, WhatProgramsOf010CallIsStillAnswered) {
  std::istringstream lines{fixture("calls_0.1.0.txt")};
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    ++count;
    const auto first = line.find(" | ");
    const auto second = line.find(" | ", first + 3);
    const auto login = line.substr(0, first);
    const auto columns = line.substr(first + 3, second - first - 3);
    const auto statement = line.substr(second + 3);
    // Additional columns at the end do no harm, because programs read them by position.
    const auto answered = columns_of(store_, login, statement);
    EXPECT_TRUE((answered + ",").starts_with(columns == "-" ? "," : columns + ","))
        << line << "\nanswers " << answered;
    const auto at = statement.find("jobflip.");
    const auto name = statement.substr(at, statement.find_first_of("( ", at) - at);
    EXPECT_EQ(store_.sql(name == "jobflip.renew_unchanged"
                             ? "select has_column_privilege('" + login +
                                   "', 'jobflip.renew_unchanged', 'beat', 'update')"
                             : "select bool_or(has_function_privilege('" + login +
                                   "', oid, 'execute')) from pg_proc where pronamespace = "
                                   "'jobflip'::regnamespace and 'jobflip.' || proname = '" +
                                   name + "'"),
              "t")
        << line;
  }
  EXPECT_GT(count, 40);
}

}  // namespace
}  // namespace jobflip::test
