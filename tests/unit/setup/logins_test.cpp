#include "jobflip/setup/logins.hpp"

#include <gmock/gmock.h>

namespace jobflip::setup {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Names = std::vector<std::string>;

core::Fleet fleet_of(const Names& nodes, const Names& supervisors) {
  core::Fleet fleet;
  for (const auto& name : nodes) fleet.nodes.push_back({NodeName::of(name), name});
  for (const auto& name : supervisors) fleet.supervisors.push_back({NodeName::of(name), name});
  return fleet;
}

const OtherLogins kOthers{{"ada"}, {"mailer"}, {"probe"}};

/// A login that its purpose needs no change of.
LoginFacts right_facts(const WantedLogin& wanted) {
  LoginFacts facts{.login = wanted.login};
  facts.can_login = true;
  facts.may_connect = true;
  facts.connection_limit = 3;
  if (const auto group = group_of(wanted.purpose); !group.empty()) facts.groups.emplace(group);
  if (wanted.purpose == LoginPurpose::person) facts.groups.emplace("jobflip_reader");
  facts.settings = {"search_path", "idle_in_transaction_session_timeout",
                    "client_connection_check_interval"};
  return facts;
}

PlannedLogin planned(LoginPurpose purpose, void (*change)(LoginFacts&)) {
  const WantedLogin wanted{"x", purpose, "x"};
  auto facts = right_facts(wanted);
  change(facts);
  return plan_logins({wanted}, {facts}).front();
}

Names faults_of(const core::Fleet& fleet, const OtherLogins& others) {
  Names out;
  for (const auto& fault : wanted_logins(fleet, others).faults) out.push_back(fault.text);
  return out;
}

TEST(Logins, EachNodeSupervisorAndNamedLoginIsWantedOnce) {
  const auto wanted = wanted_logins(fleet_of({"job1", "job2"}, {"sup1"}), kOthers);
  EXPECT_THAT(wanted.faults, IsEmpty());
  EXPECT_THAT(wanted.logins, ElementsAre(WantedLogin{"job1", LoginPurpose::agent, "job1"},
                                         WantedLogin{"job2", LoginPurpose::agent, "job2"},
                                         WantedLogin{"sup1", LoginPurpose::supervisor, "sup1"},
                                         WantedLogin{"ada", LoginPurpose::person, "ada"},
                                         WantedLogin{"mailer", LoginPurpose::worker, "mailer"},
                                         WantedLogin{"probe", LoginPurpose::probe, "probe"}));
}

TEST(Logins, ANodesLoginMayHaveAnotherNameThanTheNode) {
  auto fleet = fleet_of({"job1"}, {});
  fleet.nodes[0].login = "Node \"1\"; drop table x";
  const auto wanted = wanted_logins(fleet, {});
  EXPECT_THAT(wanted.faults, IsEmpty()) << "a name that only needs quotes";
  EXPECT_EQ(wanted.logins.front().login, fleet.nodes[0].login);
  EXPECT_EQ(wanted.logins.front().owner, "job1");
}

TEST(Logins, NamesThatNobodyMayHaveAreAllNamed) {
  auto fleet = fleet_of({"job1", "job2", "job3", "pg_x"}, {"public"});
  fleet.nodes[0].login = "jobflip_owner";
  fleet.nodes[1].login = std::string{"a\nb"};
  fleet.nodes[2].login = "\xff";
  EXPECT_THAT(faults_of(fleet, {{"../ada"}, {std::string(64, 'w')}, {""}}),
              ElementsAre(HasSubstr("\"jobflip_owner\" begins with \"jobflip_\""),
                          HasSubstr("has a control character"), HasSubstr("is not UTF-8"),
                          HasSubstr("\"pg_x\" begins with \"pg_\""),
                          HasSubstr("supervisor public: the login"),
                          HasSubstr("--operator: the login \"../ada\" may have letters"),
                          HasSubstr("is longer than 63 bytes"), HasSubstr("is empty")));
  EXPECT_THAT(faults_of(fleet_of({"job1"}, {}), {{std::string(63, 'w')}, {}, {}}), IsEmpty());
  fleet = fleet_of({"job1"}, {});
  fleet.nodes[0].login = "a\x7f";
  EXPECT_THAT(faults_of(fleet, {}), ElementsAre(HasSubstr("has a control character")));
  for (const auto* name : {".", "..", ".ssh", "-x", "a/b", "a b", "none"})
    EXPECT_EQ(faults_of(fleet_of({"job1"}, {}), {{name}, {}, {}}).size(), 1u) << name;
}

TEST(Logins, OneNameServesOnePurpose) {
  EXPECT_THAT(faults_of(fleet_of({"job1"}, {"sup1"}), {{"job1", "ada", "ada"}, {"sup1"}, {"ada"}}),
              ElementsAre("the login \"job1\" is wanted for --operator and for node job1",
                          "--operator names \"ada\" twice",
                          "the login \"sup1\" is wanted for --worker and for supervisor sup1",
                          "the login \"ada\" is wanted for --probe and for --operator"));
}

TEST(Logins, AreLimitedInNumber) {
  core::Fleet fleet;
  for (std::size_t i = 0; i <= kLoginsMax; ++i) {
    const auto name = "n" + std::to_string(i);
    fleet.nodes.push_back({NodeName::of(name), name});
  }
  EXPECT_THAT(faults_of(fleet, {}), ElementsAre("20001 logins are more than 20000"));
  fleet.nodes.pop_back();
  EXPECT_THAT(faults_of(fleet, {}), IsEmpty());
}

TEST(Logins, AMissingOneGetsAllThatItsPurposeNeeds) {
  const auto wanted = wanted_logins(fleet_of({"job1"}, {"sup1"}), kOthers).logins;
  std::vector<LoginStep> steps;
  for (const auto& one : plan_logins(wanted, {})) {
    EXPECT_EQ(one.state, LoginState::missing);
    steps.push_back(one.step);
  }
  const std::vector<LoginStep> expected{
      {.login = "job1", .create = true, .group = "jobflip_agent"},
      {.login = "sup1", .create = true, .group = "jobflip_supervisor"},
      {.login = "ada", .create = true, .group = "jobflip_operator"},
      {.login = "mailer",
       .create = true,
       .group = "jobflip_worker",
       .connection_limit = 50,
       .settings = {{"idle_in_transaction_session_timeout", "5s"},
                    {"client_connection_check_interval", "500ms"}}},
      {.login = "probe",
       .create = true,
       .connection_limit = 10,
       .settings = {{"search_path", ""}},
       .grant_connect = true}};
  EXPECT_EQ(steps, expected);
}

TEST(Logins, ARightOneIsLeftAlone) {
  for (const auto purpose : {LoginPurpose::agent, LoginPurpose::supervisor, LoginPurpose::person,
                             LoginPurpose::worker, LoginPurpose::probe}) {
    const auto one = planned(purpose, [](LoginFacts&) {});
    EXPECT_EQ(one.state, LoginState::there);
    EXPECT_EQ(one.step, LoginStep{});
  }
}

TEST(Logins, AProbeMayReadPastRowLevelSecurity) {
  const auto probe = planned(LoginPurpose::probe, [](LoginFacts& f) { f.bypasses_rls = true; });
  EXPECT_EQ(probe.state, LoginState::there);
}

TEST(Logins, GetWhatTheyLackAndNothingElse) {
  const auto agent = planned(LoginPurpose::agent, [](LoginFacts& f) { f.groups.clear(); });
  EXPECT_EQ(agent.state, LoginState::lacking);
  EXPECT_EQ(agent.lacks, "jobflip_agent");
  EXPECT_EQ(agent.step, (LoginStep{.login = "x", .group = "jobflip_agent"}));
  const auto worker = planned(LoginPurpose::worker, [](LoginFacts& f) {
    f.settings.erase("client_connection_check_interval");
    f.connection_limit = -1;
  });
  EXPECT_EQ(worker.lacks, "a connection limit, client_connection_check_interval");
  EXPECT_EQ(worker.step, (LoginStep{.login = "x",
                                    .connection_limit = 50,
                                    .settings = {{"client_connection_check_interval", "500ms"}}}));
  const auto closed = planned(LoginPurpose::worker, [](LoginFacts& f) { f.connection_limit = 0; });
  EXPECT_EQ(closed.state, LoginState::there) << "a limit that somebody chose";
  const auto probe = planned(LoginPurpose::probe, [](LoginFacts& f) { f.may_connect = false; });
  EXPECT_EQ(probe.lacks, "CONNECT");
  EXPECT_TRUE(probe.step.grant_connect);
}

struct WrongLogin {
  LoginPurpose purpose;
  void (*change)(LoginFacts&);
  const char* why;
  const char* fix;
};

TEST(Logins, AQuoteInANameEndsNothingInTheStatementToType) {
  const WantedLogin wanted{"x\" superuser; --", LoginPurpose::agent, "x"};
  auto facts = right_facts(wanted);
  facts.can_login = false;
  const auto one = plan_logins({wanted}, {facts}).front();
  EXPECT_THAT(one.fix, HasSubstr("alter role \"x\"\" superuser; --\" login"));
}

TEST(Logins, ThatCouldDoMoreThanTheyNeedAreRefused) {
  using enum LoginPurpose;
  const std::vector<WrongLogin> table{
      {agent, [](LoginFacts& f) { f.superuser = true; }, "superuser", "name another login"},
      {person, [](LoginFacts& f) { f.creates_roles = true; }, "CREATEROLE", "nocreaterole"},
      {probe, [](LoginFacts& f) { f.replicates = true; }, "REPLICATION", "noreplication"},
      {worker, [](LoginFacts& f) { f.bypasses_rls = true; }, "BYPASSRLS", "nobypassrls"},
      {agent, [](LoginFacts& f) { f.can_login = false; }, "can't log in", "\"x\" login"},
      {agent, [](LoginFacts& f) { f.groups.emplace("jobflip_reader"); }, "of jobflip_reader",
       "revoke jobflip_reader from \"x\""},
      {agent, [](LoginFacts& f) { f.groups.emplace("jobflip_operator"); }, "of jobflip_operator",
       "revoke jobflip_operator from \"x\""},
      {supervisor, [](LoginFacts& f) { f.groups.emplace("jobflip_agent"); }, "of jobflip_agent",
       "revoke"},
      {person, [](LoginFacts& f) { f.groups.emplace("jobflip_owner"); }, "of jobflip_owner",
       "revoke"},
      {probe, [](LoginFacts& f) { f.groups = {"jobflip_reader"}; }, "of jobflip_reader", "revoke"},
      {agent, [](LoginFacts& f) { f.groups = {"jobflip_worker"}; }, "of jobflip_worker", "revoke"},
      {probe, [](LoginFacts& f) { f.groups = {"pg_read_all_data"}; }, "of pg_read_all_data",
       "revoke"},
      {agent, [](LoginFacts& f) { f.groups.emplace("pg_database_owner"); }, "owns the database",
       "name another login"},
      {agent, [](LoginFacts& f) { f.grants = {"jobflip_agent"}; }, "may give jobflip_agent",
       "revoke admin option for jobflip_agent from \"x\""},
      {reader, [](LoginFacts& f) { f.groups.emplace("jobflip_operator"); }, "of jobflip_operator",
       "revoke"},
  };
  for (const auto& row : table) {
    const auto one = planned(row.purpose, row.change);
    EXPECT_EQ(one.state, LoginState::wrong) << row.why;
    EXPECT_THAT(one.wrong, HasSubstr(row.why));
    EXPECT_THAT(one.fix, HasSubstr(row.fix));
    EXPECT_THAT(one.fix, HasSubstr("name another login"));
    EXPECT_EQ(one.step, LoginStep{}) << row.why;
  }
}

Names file_texts(const std::vector<PlannedLogin>& plan) {
  Names out;
  for (const auto& file : password_files(plan)) {
    out.push_back(file.path);
    for (const auto& login : file.logins) out.back() += " " + login;
  }
  return out;
}

TEST(LoginFiles, ThereIsOneForEachPlaceWherePasswordsAreRead) {
  const auto wanted = wanted_logins(fleet_of({"job1"}, {"sup1", "sup2"}), kOthers).logins;
  EXPECT_THAT(
      file_texts(plan_logins(wanted, {})),
      ElementsAre("job1/agent.pgpass job1", "sup1/supervisor.pgpass sup1 probe",
                  "sup2/supervisor.pgpass sup2 probe", "ada/pgpass ada", "mailer/pgpass mailer"));
}

TEST(LoginFiles, OnlyNewLoginsHaveOne) {
  const auto wanted = wanted_logins(fleet_of({"job1"}, {"sup1", "sup2"}), kOthers).logins;
  std::vector<LoginFacts> all;
  for (const auto& one : wanted) all.push_back(right_facts(one));
  EXPECT_THAT(file_texts(plan_logins(wanted, all)), IsEmpty());
  auto but_sup2 = all;
  std::erase_if(but_sup2, [](const auto& f) { return f.login == "sup2"; });
  EXPECT_THAT(file_texts(plan_logins(wanted, but_sup2)), ElementsAre("sup2/supervisor.pgpass sup2"))
      << "the probe's password is not known";
  auto old_sup1 = all;
  std::erase_if(old_sup1, [](const auto& f) { return f.login == "sup2" || f.login == "probe"; });
  EXPECT_THAT(file_texts(plan_logins(wanted, old_sup1)),
              ElementsAre("sup2/supervisor.pgpass sup2 probe", "probe/pgpass probe"))
      << "sup1 was there, and needs the probe's line";
  auto but_probe = all;
  std::erase_if(but_probe, [](const auto& f) { return f.login == "probe"; });
  EXPECT_THAT(file_texts(plan_logins(wanted, but_probe)), ElementsAre("probe/pgpass probe"));
}

TEST(LoginFiles, LinesAreAsLibpqReadsThem) {
  EXPECT_EQ(password_lines({{"db1", "5432"}, {"db2", "6000"}}, "job1", "s-_"),
            "db1:5432:*:job1:s-_\ndb2:6000:*:job1:s-_\n");
  EXPECT_EQ(password_lines({{"fd00::1", "5432"}}, "a:b\\c", "x"),
            "fd00\\:\\:1:5432:*:a\\:b\\\\c:x\n");
}

TEST(LoginFiles, TheLineOfPgHbaNamesRolesAndProbes) {
  const auto wanted = wanted_logins(fleet_of({"job1"}, {"sup1"}), kOthers).logins;
  EXPECT_EQ(hba_line("jobflip", wanted, false),
            "host jobflip +jobflip_agent,+jobflip_supervisor,+jobflip_operator,+jobflip_worker,"
            "probe samenet scram-sha-256");
  EXPECT_EQ(hba_line("all", {{"job1", LoginPurpose::agent, "job1"}}, true),
            "hostssl \"all\" +jobflip_agent samenet cert");
  EXPECT_EQ(hba_line("replication", {{"job1", LoginPurpose::agent, "job1"}}, false),
            "host \"replication\" +jobflip_agent samenet scram-sha-256");
  EXPECT_EQ(hba_line("a\"b", {{"All", LoginPurpose::probe, "All"}}, false),
            "host \"a\"\"b\" \"All\" samenet scram-sha-256");
}

}  // namespace
}  // namespace jobflip::setup
