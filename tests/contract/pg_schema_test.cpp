// The schema as a fortress: what every function must have, which role may call what, and that no
// role can access a table.

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <set>

#include "contract/pg_fixture.hpp"
#include "jobflip/core/flip.hpp"

namespace jobflip::test {
namespace {

class PgSchema : public ::testing::Test {
 protected:
  PgStore store_;

  std::string failing_with(const std::string& login, const std::string& sql) {
    try {
      pqxx::connection connection{store_.conninfo(login)};
      pqxx::nontransaction{connection}.exec(sql);
    } catch (const pqxx::insufficient_privilege&) {
      return "42501";  // libpqxx 6 does not keep the SQLSTATE
    } catch (const pqxx::sql_error& error) {
      return error.sqlstate();
    }
    return "";
  }
};

TEST_F(PgSchema, EveryFunctionRunsAsTheOwnerWithASafePathAndABoundedWait) {
  const auto loose = store_.sql(R"(
    select string_agg(p.proname, ' ') from pg_proc p
    where p.pronamespace = 'jobflip'::regnamespace and not (
      p.prosecdef
      and pg_get_userbyid(p.proowner) = 'jobflip_owner'
      and coalesce('search_path=pg_catalog, jobflip, pg_temp' = any (p.proconfig), false)
      and coalesce('lock_timeout=1s' = any (p.proconfig), false)))");
  EXPECT_EQ(loose, "");
  EXPECT_GT(std::stoi(store_.sql("select count(*) from pg_proc "
                                 "where pronamespace = 'jobflip'::regnamespace")),
            40);
}

TEST_F(PgSchema, NoFunctionIsExecutableByPublic) {
  EXPECT_EQ(store_.sql(R"(
    select string_agg(p.proname, ' ') from pg_proc p
    where p.pronamespace = 'jobflip'::regnamespace
      and has_function_privilege('public', p.oid, 'execute'))"),
            "");
}

TEST_F(PgSchema, NoFunctionReadsTheTransactionsClockOrSleeps) {
  EXPECT_EQ(store_.sql(R"(
    select string_agg(p.proname, ' ') from pg_proc p
    where p.pronamespace = 'jobflip'::regnamespace
      and (p.prosrc ~* '\m(now|transaction_timestamp|statement_timestamp|pg_sleep)\s*\('
           or p.prosrc ~* 'current_timestamp|localtimestamp'))"),
            "");
}

std::set<std::string> of_a_reader() {
  return {"audit_heads",
          "audit_list",
          "find_events",
          "find_flips",
          "find_history",
          "find_deployments",
          "find_incidents",
          "find_maintenance",
          "find_service_spells",
          "find_services",
          "flip_black_boxes",
          "flip_left_behind",
          "flip_timeline",
          "flips",
          "history",
          "incident_flips",
          "incident_notes",
          "incident_stages",
          "installed_set",
          "installed_version",
          "last_migration",
          "learned",
          "observed_stalls",
          "samples",
          "snapshot_candidates",
          "snapshot_crashes",
          "snapshot_deployments",
          "snapshot_incidents",
          "snapshot_last_flips",
          "snapshot_pools",
          "snapshot_queues",
          "snapshot_restarts",
          "snapshot_store"};
}

/// An operator is a reader, too.
std::set<std::string> of_an_operator() {
  auto all = of_a_reader();
  all.merge(std::set<std::string>{
      "abort_flip", "acknowledge", "apply", "change_incident", "deploy_done", "deploy_flip",
      "deploy_rollback", "deploy_start", "drain", "free_rows", "installation_facts", "learn",
      "open_by_hand", "pause", "plan_maintenance", "remove_maintenance", "request_flip", "wake"});
  return all;
}

/// What each group may call.
const std::map<std::string, std::set<std::string>>& wanted_calls() {
  static const std::map<std::string, std::set<std::string>> wanted{
      {"jobflip_agent",
       {"beat", "free_beat", "installed_set", "installed_version", "keep_black_box",
        "last_migration", "release", "release_ended", "step_flip", "take", "wake"}},
      {"jobflip_supervisor",
       {"audit_heads",
        "beat",
        "find_flips",
        "find_services",
        "flips",
        "free_beat",
        "free_rows",
        "installed_set",
        "installed_version",
        "keep_learned",
        "keep_samples",
        "last_migration",
        "learned",
        "record_flip_outcome",
        "publish",
        "publish_running",
        "record_hold",
        "record_incident",
        "release",
        "release_ended",
        "report_services",
        "request_flip",
        "snapshot_candidates",
        "snapshot_crashes",
        "snapshot_deployments",
        "snapshot_incidents",
        "snapshot_last_flips",
        "snapshot_pools",
        "snapshot_queues",
        "snapshot_restarts",
        "snapshot_store",
        "step_flip",
        "take",
        "wake"}},
      {"jobflip_operator", of_an_operator()},
      {"jobflip_reader", of_a_reader()},
      {"jobflip_worker", {"fence", "installed_set", "installed_version", "last_migration"}},
      {"nobody1", {}},
  };
  return wanted;
}

TEST_F(PgSchema, EachGroupMayCallWhatItNeedsAndNothingElse) {
  for (const auto& [role, functions] : wanted_calls()) {
    std::string listed;
    for (const auto& function : functions) listed += (listed.empty() ? "" : " ") + function;
    EXPECT_EQ(store_.sql("select coalesce(string_agg(distinct p.proname::text, ' ' order by "
                         "p.proname::text), '') from pg_proc p where p.pronamespace = "
                         "'jobflip'::regnamespace and has_function_privilege('" +
                         role + "', p.oid, 'execute')"),
              listed)
        << role;
  }
}

TEST_F(PgSchema, NoRoleReachesATable) {
  const char* logins[] = {"job1", "sup1", "ops1", "worker1", "reader1", "nobody1"};
  for (const std::string login : logins) {
    EXPECT_EQ(
        store_.sql(R"(
      select coalesce(string_agg(c.relname, ' '), '') from pg_class c
      where c.relnamespace = any ('{jobflip, jobflip_data}'::regnamespace[])
        and c.relkind in ('r', 'v', 'm', 'S', 'p')
        and has_table_privilege(')" +
                   login +
                   R"(', c.oid, 'select, insert, update, delete, truncate, references, trigger'))"),
        "")
        << login;
    EXPECT_EQ(store_.sql("select has_schema_privilege('" + login + "', 'jobflip', 'create')"), "f");
    EXPECT_EQ(
        store_.sql("select has_schema_privilege('" + login + "', 'jobflip_data', 'usage, create')"),
        "f")
        << login << " could queue for a table's lock";
  }
  EXPECT_EQ(failing_with("ops1", "update jobflip_data.audit_event set reason = 'x'"), "42501");
  EXPECT_EQ(failing_with("job1", "update jobflip_data.pool_owner set holder = 'job1'"), "42501");
  EXPECT_EQ(failing_with("worker1", "select jobflip.audit_heads()"), "42501");
  EXPECT_EQ(failing_with("reader1", "select jobflip.pause('', null, '', 'x')"), "42501");
  EXPECT_EQ(failing_with("nobody1", "select jobflip.installed_version()"), "42501");
}

TEST_F(PgSchema, TheFlipTableIsTheOneOfCore) {
  std::string wanted;
  for (const auto& row : core::kFlipTable)
    wanted += std::string{name_of(row.from)} + " " + std::string{name_of(row.event)} + " " +
              std::string{name_of(row.to)} + " " + std::string{row.sentence} + "\n";
  EXPECT_EQ(store_.sql("select from_state || ' ' || event || ' ' || to_state || ' ' || sentence "
                       "from jobflip_data.flip_transition order by ctid") +
                "\n",
            wanted);
}

TEST_F(PgSchema, ATemporaryTableAndAPathOfTheCallerDeceiveNoFunction) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  pqxx::connection worker{store_.conninfo("worker1")};
  pqxx::nontransaction session{worker};
  session.exec(
      "create temporary table pool_owner as select 'mail'::text as pool, 'held'::text as "
      "state, 99::bigint as epoch");
  session.exec("set search_path = pg_temp, jobflip, public");
  try {
    session.exec("select jobflip.fence('mail', 99)");
    FAIL() << "the forged row was believed";
  } catch (const pqxx::sql_error& error) {
    EXPECT_EQ(error.sqlstate(), "JF001") << error.what();
  }
}

TEST_F(PgSchema, AnAgentActsForItsOwnNodeOnly) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  const std::string forged[] = {
      "select jobflip.beat('job2', gen_random_uuid(), '{}', '{}', '', '{}', '{}', 0, '{}')",
      "select jobflip.take('job2', 'mail', gen_random_uuid(), gen_random_uuid(), 0, 0, 0, 0, "
      "false, 0, '', gen_random_uuid(), 0)",
      "select jobflip.release('job2', 'mail', 0, gen_random_uuid(), '')",
      "select jobflip.step_flip('job2', 1, 'overdue', '')",
  };
  for (const auto& sql : forged) EXPECT_EQ(failing_with("job1", sql), "42501") << sql;
  EXPECT_EQ(
      failing_with("sup1", "select jobflip.record_flip_outcome('sup2', 1, 1, 'completed', '')"),
      "42501");
  EXPECT_EQ(failing_with("sup1",
                         "select jobflip.request_flip(gen_random_uuid(), 'mail', '', 'job2', "
                         "null, '', 0, 'me', 'x', false, false, '')"),
            "42501")
      << "a supervisor is not an operator and can't bypass the budget";
}

TEST_F(PgSchema, AnIsolationThatShowsThePastIsRefusedByEveryTransition) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  for (const std::string level : {"repeatable read", "serializable"}) {
    pqxx::connection agent{store_.conninfo("job1") + " options='-c default_transaction_isolation=" +
                           (level == "serializable" ? "serializable'" : "repeatable\\\\ read'")};
    pqxx::nontransaction session{agent};
    for (const std::string sql :
         {"select jobflip.beat('job1', gen_random_uuid(), '{}', '{}', '', '{}', '{}', 0, '{}')",
          "select jobflip.take('job1', 'mail', gen_random_uuid(), gen_random_uuid(), 0, 0, 0, 0, "
          "false, 0, '', gen_random_uuid(), 0)",
          "select jobflip.release('job1', 'mail', 0, gen_random_uuid(), '')",
          "select jobflip.step_flip('job1', 1, 'overdue', '')"}) {
      try {
        session.exec(sql);
        FAIL() << level << ": " << sql;
      } catch (const pqxx::sql_error& error) {
        EXPECT_EQ(error.sqlstate(), "JF006") << sql << error.what();
      }
    }
  }
}

TEST_F(PgSchema, WhatIsTooLongOrSenselessIsRefused) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  const auto mail_pool = PoolName::of("mail");
  const auto code_of = [](const auto& result) {
    return result ? std::string{"no error"} : std::string{name_of(result.error().code)};
  };
  EXPECT_EQ(code_of(store_.oper().pause(mail_pool, Millis{1000}, {"a", std::string(2001, 'x')})),
            "usage");
  EXPECT_EQ(code_of(store_.oper().pause(mail_pool, Millis{1000}, {"a", " \n"})), "usage");
  EXPECT_EQ(code_of(store_.oper().pause(mail_pool, Millis{0}, {"a", "x"})), "usage");
  EXPECT_EQ(code_of(store_.oper().pause(mail_pool, std::chrono::days{31}, {"a", "x"})), "usage");
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail_pool;
  request.to = job2;
  request.reason = "x";
  request.evidence = std::string(65537, 'x');
  EXPECT_EQ(code_of(store_.oper().request_flip(request)), "usage");
  core::BeatRequest beat{job1, random_uuid(), {}, {}, "", {}, {}};
  beat.seen = {{mail_pool, Epoch{900'000'000'000'000'000}}};
  EXPECT_EQ(code_of(store_.agent(job1).beat(beat)), "usage") << "this could use up the epochs";
}

TEST_F(PgSchema, TheSumsHoldWhoeverCallsApply) {
  auto fleet = small_fleet();
  fleet.pools[0].timings.takeover_after = fleet.pools[0].timings.lease;
  EXPECT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_error());
  fleet = small_fleet();
  fleet.pools[0].timings.freeze = fleet.pools[0].timings.takeover_after;
  EXPECT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_error());
}

}  // namespace
}  // namespace jobflip::test
