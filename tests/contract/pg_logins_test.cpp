// `jobflip logins` on a real cluster: what the created logins can do, and what the log shows.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "contract/one_node.hpp"
#include "contract/pg_fixture.hpp"
#include "support/temp_folder.hpp"

namespace jobflip::test {
namespace {

using setup::LoginPurpose;
using setup::LoginState;
using ::testing::HasSubstr;
using ::testing::Not;
using Wanted = std::vector<setup::WantedLogin>;

const setup::WantedLogin kNode{"job1", LoginPurpose::agent, "job1"};
const Wanted kAll{kNode,
                  {"sup1", LoginPurpose::supervisor, "sup1"},
                  {"ada", LoginPurpose::person, "ada"},
                  {"mailer", LoginPurpose::worker, "mailer"},
                  {"probe", LoginPurpose::probe, "probe"}};
constexpr const char* kHostile = "x\"; drop schema jobflip cascade; --'$$\\";
constexpr const char* kPassword = "letters-of-a-password";

Result<void> accept(const std::vector<setup::LoginFacts>&) {
  return {};
}

class PgLogins : public ::testing::Test {
 protected:
  PgLogins() {
    pg_.sql("create database app");
    init_schema(pg_.conninfo("postgres", "app"));
  }
  std::unique_ptr<ports::LoginAdmin> admin(const std::string& login = "postgres") const {
    return store::open_login_admin({{.conninfo = pg_.conninfo(login, "app")}});
  }
  std::vector<setup::PlannedLogin> plan(const Wanted& wanted) const {
    std::vector<std::string> names;
    for (const auto& one : wanted) names.push_back(one.login);
    const auto seen = admin()->look(names);
    EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
    return seen ? setup::plan_logins(wanted, seen->logins) : std::vector<setup::PlannedLogin>{};
  }
  std::vector<setup::LoginStep> steps(const Wanted& wanted) const {
    std::vector<setup::LoginStep> out;
    for (auto& one : plan(wanted)) {
      if (one.step.create) one.step.password = kPassword;
      out.push_back(one.step);
    }
    return out;
  }
  Result<ports::CommitOutcome> create(const Wanted& wanted) const {
    return admin()->carry_out(steps(wanted), accept);
  }
  std::string state(const setup::WantedLogin& wanted) const {
    const auto one = plan({wanted}).front();
    return one.wrong + one.lacks;
  }
  std::string roles() const {
    return pg_.sql("select count(*) from pg_roles where rolcanlogin and rolname <> 'postgres'");
  }

  PgCluster pg_{{"log_statement = all"}};
};

TEST_F(PgLogins, TheOnesThatAreMissingAreMadeAndASecondRunHasNothingToDo) {
  pg_.sql("revoke connect on database app from public");
  const auto done = create(kAll);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(*done, ports::CommitOutcome::done);
  for (const auto& one : plan(kAll))
    EXPECT_EQ(one.state, LoginState::there) << one.wanted.login << ' ' << one.lacks << one.wrong;
  EXPECT_EQ(pg_.sql("select rolname, rolconnlimit from pg_roles where rolconnlimit > 0 order by 1"),
            "mailer|50\nprobe|10");
  EXPECT_EQ(pg_.sql("select rolname, array_to_string(setconfig, ' ') from pg_db_role_setting s "
                    "join pg_roles r on r.oid = s.setrole order by 1"),
            "mailer|idle_in_transaction_session_timeout=5s client_connection_check_interval=500ms\n"
            "probe|search_path=\"\"");
  EXPECT_EQ(pg_.sql("select has_database_privilege('probe', 'app', 'connect')"), "t");
}

TEST_F(PgLogins, NoPasswordReachesTheServersLogOrItsCatalog) {
  ASSERT_TRUE(create({kNode}));
  EXPECT_THAT(pg_.sql("select rolpassword from pg_authid where rolname = 'job1'"),
              HasSubstr("SCRAM-SHA-256$"));
  std::ifstream in{pg_.folder() + "/log"};
  const std::string log{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_THAT(log, HasSubstr("create role \"job1\" login"));
  EXPECT_THAT(log, Not(HasSubstr(kPassword)));
}

TEST_F(PgLogins, AnAgentComesInByItsPasswordFileAndMayDoWhatAgentsMay) {
  ASSERT_TRUE(create(kAll));
  ASSERT_TRUE(store::open_operator_store({{.conninfo = pg_.conninfo("ada", "app")}})
                  ->apply(small_fleet(), {"ada", "a test"}, false));
  std::ofstream{pg_.folder() + "/data/pg_hba.conf"} << "local all postgres trust\n"
                                                       "local all all scram-sha-256\n";
  pg_.sql("select pg_reload_conf()");
  TempFolder temp;
  const auto passfile = temp.path() + "/agent.pgpass";
  const auto conninfo = pg_.conninfo("job1", "app") + " passfile=" + passfile;
  OneNode node{job1, settings_for(conninfo)};
  EXPECT_TRUE(eventually([&] { return node.beat().has_error(); })) << "without the file";
  std::ofstream{passfile} << setup::password_lines({{pg_.folder(), "5432"}}, "job1", kPassword);
  std::filesystem::permissions(passfile, std::filesystem::perms::owner_read);
  Result<core::BeatReply> reply = Error{};
  EXPECT_TRUE(eventually([&] { return (reply = node.beat()).has_value(); })) << reply.error().text;
}

TEST_F(PgLogins, AHostileNameIsOnlyAName) {
  const setup::WantedLogin hostile{kHostile, LoginPurpose::agent, "job1"};
  const setup::WantedLogin probe{std::string{kHostile} + "2", LoginPurpose::probe, "probe"};
  const auto done = create({hostile, probe});
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(state(hostile) + state(probe), "");
  EXPECT_EQ(pg_.sql("select to_regnamespace('jobflip') is not null", "app"), "t");
  EXPECT_EQ(pg_.sql("select rolname from pg_roles where rolname ~ '^x' order by 1"),
            std::string{kHostile} + "\n" + kHostile + "2");
}

TEST_F(PgLogins, AllOfThemAreMadeOrNone) {
  const auto wanted = steps(kAll);
  const auto refused = admin()->carry_out(wanted, [](const auto& now) -> Result<void> {
    EXPECT_EQ(now.size(), 5u);
    return Error{ErrorCode::refused, "not like this", ""};
  });
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().text, "not like this");
  EXPECT_EQ(roles(), "0");
  pg_.sql("create role ada login");  // between the look and the change
  const auto late = admin()->carry_out(wanted, accept);
  ASSERT_TRUE(late.has_error());
  EXPECT_THAT(late.error().text, HasSubstr("already exists"));
  EXPECT_EQ(roles(), "1");
}

TEST_F(PgLogins, ACommitWithoutAnAnswerIsUnknown) {
  const auto done = admin()->carry_out(steps({kNode}), [this](const auto&) -> Result<void> {
    pg_.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'app'");
    return {};
  });
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(*done, ports::CommitOutcome::unknown);
}

TEST_F(PgLogins, ThatCouldDoMoreThanTheyNeedAreSeen) {
  pg_.sql("create role boss superuser; create role job1 login");
  EXPECT_EQ(state(kNode), "jobflip_agent");
  const std::pair<const char*, const char*> cases[]{
      {"alter role job1 superuser", "alter role job1 nosuperuser"},
      {"grant boss to job1", "revoke boss from job1"},
      {"alter role job1 createrole", "alter role job1 nocreaterole"},
      {"alter role job1 replication", "alter role job1 noreplication"},
      {"alter role job1 bypassrls", "alter role job1 nobypassrls"},
      {"alter role job1 nologin", "alter role job1 login"},
      {"grant jobflip_operator to job1", "revoke jobflip_operator from job1"},
      {"grant jobflip_owner to job1", "revoke jobflip_owner from job1"},
      {"grant pg_write_all_data to job1", "revoke pg_write_all_data from job1"},
      {"grant pg_write_server_files to job1", "revoke pg_write_server_files from job1"},
      {"grant pg_execute_server_program to job1", "revoke pg_execute_server_program from job1"},
      {"alter role job1 noinherit; grant boss to job1", "revoke boss from job1"},
      {"grant jobflip_operator to job1", "revoke jobflip_operator from job1"}};
  for (const auto& [bad, good] : cases) {
    pg_.sql(bad);
    EXPECT_EQ(plan({kNode}).front().state, LoginState::wrong) << bad;
    pg_.sql(good);
    EXPECT_EQ(state(kNode), "jobflip_agent") << good;
  }
  ASSERT_TRUE(create({kNode}));
  EXPECT_EQ(state(kNode), "") << "what was missing is granted";
  EXPECT_EQ(pg_.sql("select rolpassword is null from pg_authid where rolname = 'job1'"), "t")
      << "and the rest stays as it was";
}

TEST_F(PgLogins, ASettingForAnotherDatabaseIsNone) {
  pg_.sql("create role probe login connection limit 10");
  pg_.sql("alter role probe in database postgres set search_path = ''");
  EXPECT_EQ(state(kAll.back()), "search_path");
  pg_.sql("alter role probe in database app set search_path = ''");
  EXPECT_EQ(state(kAll.back()), "");
}

TEST_F(PgLogins, WhoMayNotCreateThemIsToldWhoMay) {
  pg_.sql("create role bob login");
  const auto denied = admin("bob")->carry_out(steps({kNode}), accept);
  ASSERT_TRUE(denied.has_error());
  EXPECT_EQ(denied.error().code, ErrorCode::store_denied) << denied.error().text;
  EXPECT_THAT(denied.error().hint, HasSubstr("a superuser of this cluster can: postgres"));
  EXPECT_THAT(denied.error().hint, HasSubstr("jobflip logins ... --yes"));
  const auto empty =
      store::open_login_admin({{.conninfo = pg_.conninfo("postgres", "postgres")}})->look({"job1"});
  ASSERT_TRUE(empty.has_error());
  EXPECT_EQ(empty.error().code, ErrorCode::schema_missing);
}

TEST_F(PgLogins, AnOwnerWithCreateroleMakesThemToo) {
  PgCluster fresh;  // where the owner made jobflip's roles
  fresh.sql("create role owner login createrole; create database own owner owner");
  const store::StoreSettings as_owner{{.conninfo = fresh.conninfo("owner", "own")}};
  ASSERT_TRUE(store::open_schema_admin(as_owner)->migrate());
  std::vector<setup::LoginStep> wanted;
  for (auto& one : setup::plan_logins(kAll, {})) wanted.push_back(one.step);
  const auto done =
      store::open_login_admin(as_owner)->carry_out(wanted, [](const auto& now) -> Result<void> {
        for (const auto& one : setup::plan_logins(kAll, now))
          EXPECT_EQ(one.state, LoginState::there) << one.lacks << one.wrong;
        return {};
      });
  EXPECT_TRUE(done) << done.error().text;
}

}  // namespace
}  // namespace jobflip::test
