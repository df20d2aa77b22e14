// The facts that `jobflip doctor` judges, read from a real PostgreSQL, and the version that a beat
// reports.

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "contract/pg_fixture.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::test {
namespace {

using ::testing::Contains;
using ::testing::Not;

class PgDoctor : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  }
  void TearDown() override {
    store_.sql("drop role if exists doctor_login; drop role if exists doctor_group");
  }

  std::vector<std::string> findings() {
    const auto facts = store::open_doctor_store(store_.settings("ops1"))->facts();
    EXPECT_TRUE(facts) << (facts ? "" : facts.error().text);
    std::vector<std::string> out;
    if (facts)
      for (const auto& one : setup::judge_store(*facts)) out.push_back(one.name + " " + one.where);
    return out;
  }

  PgStore store_;
};

TEST_F(PgDoctor, FindsNothingWrongWithRolesAndGrantsOfAFreshStore) {
  for (const auto& one : findings()) {
    EXPECT_THAT(one, Not(::testing::HasSubstr("role-"))) << one;
    EXPECT_THAT(one, Not(::testing::HasSubstr("grant"))) << one;
    EXPECT_THAT(one, Not(::testing::HasSubstr("public-execute"))) << one;
    EXPECT_THAT(one, Not(::testing::HasSubstr("owner-right"))) << one;
    EXPECT_THAT(one, Not(::testing::HasSubstr("table-persistence"))) << one;
  }
}

TEST_F(PgDoctor, FindsALoginWithTooManyRights) {
  store_.sql("create role doctor_login login superuser createrole bypassrls in role jobflip_agent");
  store_.sql("create role doctor_group nologin in role jobflip_operator");
  store_.sql("grant doctor_group to doctor_login");
  const auto found = findings();
  for (const auto* name :
       {"role-superuser", "role-bypasses-rls", "role-creates-roles", "role-groups"})
    EXPECT_THAT(found, Contains(std::string{name} + " doctor_login"));
}

TEST_F(PgDoctor, CountsAnOperatorOnceThoughTheGroupReadsToo) {
  store_.sql("create role doctor_login login in role jobflip_operator");
  EXPECT_THAT(findings(), Not(Contains("role-groups doctor_login")));
}

TEST_F(PgDoctor, FindsGrantsThatPassByTheFunctions) {
  store_.sql("create role doctor_login login in role jobflip_reader");
  store_.sql("grant select on jobflip_data.pool to doctor_login");
  EXPECT_THAT(findings(), Contains("table-grant doctor_login"));
  store_.sql("revoke select on jobflip_data.pool from doctor_login");
  store_.sql("grant update (mode) on jobflip_data.pool to doctor_login");
  EXPECT_THAT(findings(), Contains("table-grant doctor_login"));
  store_.sql("revoke update (mode) on jobflip_data.pool from doctor_login");
  store_.sql("grant usage on schema jobflip_data to doctor_login");
  EXPECT_THAT(findings(), Contains("table-grant doctor_login"));
  store_.sql("revoke usage on schema jobflip_data from doctor_login");
  EXPECT_THAT(findings(), Not(Contains("table-grant doctor_login")));
  store_.sql("grant execute on function jobflip.wake(text) to public");
  EXPECT_THAT(findings(), Contains("public-execute jobflip.wake"));
  store_.sql("revoke execute on function jobflip.wake(text) from public");
  EXPECT_THAT(findings(), Not(Contains("public-execute jobflip.wake")));
}

TEST_F(PgDoctor, FindsALoginThatGivesUpDurability) {
  store_.sql("create role doctor_login login in role jobflip_agent");
  store_.sql("alter role doctor_login set synchronous_commit = off");
  EXPECT_THAT(findings(), Contains("synchronous-commit doctor_login"));
}

TEST_F(PgDoctor, FindsWorkersWithoutALimit) {
  store_.sql("create role doctor_login login in role jobflip_worker");
  EXPECT_THAT(findings(), Contains("connections-worker doctor_login"));
  store_.sql("alter role doctor_login connection limit 90");
  EXPECT_THAT(findings(), Not(Contains("connections-worker doctor_login")));
}

TEST_F(PgDoctor, FindsWhatAnyLoginMayDoHereAndWhoMayIdleForEver) {
  const auto name = store_.sql("select current_database()");
  store_.sql("create role doctor_login login in role jobflip_agent");
  auto found = findings();
  for (const auto& one : {"database-public " + name, "advisory-public " + name,
                          std::string{"idle-in-transaction doctor_login"}})
    EXPECT_THAT(found, Contains(one));
  EXPECT_THAT(found, Not(Contains("prepared-transactions the store")));
  store_.sql("alter role doctor_login set idle_in_transaction_session_timeout = '10s'");
  EXPECT_THAT(findings(), Not(Contains("idle-in-transaction doctor_login")));
}

TEST_F(PgDoctor, FindsAMarkerThatWouldOutliveACrash) {
  store_.sql("alter table jobflip_data.incarnation set logged");
  EXPECT_THAT(findings(), Contains("table-persistence jobflip_data.incarnation"));
  store_.sql("alter table jobflip_data.incarnation set unlogged");
}

TEST_F(PgDoctor, FindsANodeWhoseLoginIsNotThere) {
  auto fleet = small_fleet();
  fleet.nodes[0].login = "doctor_nobody";
  ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
  EXPECT_THAT(findings(), Contains("node-login " + fleet.nodes[0].name.str()));
}

TEST_F(PgDoctor, IsForOperators) {
  for (const auto* login : {"job1", "sup1", "worker1", "reader1"}) {
    const auto facts = store::open_doctor_store(store_.settings(login))->facts();
    ASSERT_FALSE(facts) << login;
    EXPECT_EQ(facts.error().code, ErrorCode::store_denied) << login;
  }
}

TEST_F(PgDoctor, ReadsTheStoresClock) {
  const auto before = std::chrono::system_clock::now();
  const auto at = store::open_doctor_store(store_.settings("ops1"))->clock();
  ASSERT_TRUE(at);
  EXPECT_LT(std::chrono::abs(*at - before), std::chrono::minutes{1});
}

TEST_F(PgDoctor, ABeatLeavesTheVersionOfItsProgram) {
  const auto version_of_job1 = [this] {
    const auto snapshot = store_.reader().snapshot();
    for (const auto& one : snapshot->pools.front().candidates)
      if (one.node == job1) return one.program;
    return std::string{"not there"};
  };
  const core::BeatRequest beat{job1, random_uuid(), {}, {}, "", {}, {}};
  for (const std::string version : {"1.0", "1.1", ""}) {
    auto settings = store_.settings("job1");
    settings.program = version;
    ASSERT_TRUE(store::open_agent_store(settings)->beat(beat)) << version;
    EXPECT_EQ(version_of_job1(), version);
  }
}

TEST(StoreRoute, IsReadOffAConnectionString) {
  const auto route = store::route_of("host=a,b hostaddr=10.0.0.1, sslmode=verify-ca");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->host, "a,b");
  EXPECT_EQ(route->hostaddr, "10.0.0.1,");
  EXPECT_EQ(route->sslmode, "verify-ca");
  EXPECT_FALSE(store::route_of("host"));
}

TEST(StoreRoute, HasWhatTheServiceFileSaysAndNothingOfThisEnvironment) {
  const auto file = ::testing::TempDir() + "jobflip-service-" + std::to_string(::getpid());
  std::ofstream{file} << "[far]\nhost=db.example\nsslmode=require\n[plain]\nhost=db.example\n"
                         "[by-address]\nhost=localhost\nhostaddr=192.0.2.7\n";
  ::setenv("PGSERVICEFILE", file.c_str(), 1);
  ::setenv("PGSSLMODE", "verify-full", 1);
  const auto far = store::route_of("service=far");
  const auto over = store::route_of("service=far sslmode=verify-full host=/run/pg");
  const auto plain = store::route_of("service=plain");
  const auto address = store::route_of("service=by-address");
  const auto missing = store::route_of("service=none");
  ::unsetenv("PGSERVICEFILE");
  ::unsetenv("PGSSLMODE");
  std::filesystem::remove(file);
  ASSERT_TRUE(far && over && plain && address);
  EXPECT_EQ(far->host, "db.example");
  EXPECT_EQ(far->sslmode, "require");
  EXPECT_EQ(over->host, "/run/pg");
  EXPECT_EQ(over->sslmode, "verify-full");
  EXPECT_EQ(plain->sslmode, "") << "PGSSLMODE of this process must not count for a daemon";
  EXPECT_EQ(address->hostaddr, "192.0.2.7");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, ::testing::HasSubstr("service=none"));
}

}  // namespace
}  // namespace jobflip::test
