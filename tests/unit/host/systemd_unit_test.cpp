// Which units may run workers: a unit that could leave some behind is refused.

#include "systemd_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using ::testing::HasSubstr;

class SystemdUnit : public SystemdFixture {};

struct BadUnit {
  const char* name;
  std::function<void(UnitFacts&)> damage;
  std::string property;
};

TEST_F(SystemdUnit, RefusesAUnitThatCouldLeaveWorkersBehindAndNamesTheProperty) {
  const std::vector<BadUnit> table{
      {"missing", [](auto& f) { f.load_state = "not-found"; }, "LoadState is \"not-found\""},
      {"masked", [](auto& f) { f.load_state = "masked"; }, "LoadState is \"masked\""},
      {"forking", [](auto& f) { f.type = "forking"; }, "Type is \"forking\""},
      {"oneshot", [](auto& f) { f.type = "oneshot"; }, "Type is \"oneshot\""},
      {"default kill mode", [](auto& f) { f.kill_mode = "control-group"; },
       "KillMode is \"control-group\""},
      {"process", [](auto& f) { f.kill_mode = "process"; }, "KillMode is \"process\""},
      {"none", [](auto& f) { f.kill_mode = "none"; }, "KillMode is \"none\""},
      {"no SIGKILL", [](auto& f) { f.send_sigkill = false; }, "SendSIGKILL is \"no\""},
      {"no delegation", [](auto& f) { f.delegate = false; }, "Delegate is \"no\""},
      {"no command", [](auto& f) { f.exec_start.clear(); }, "ExecStart is \"0 lines\""},
      {"two commands", [](auto& f) { f.exec_start.push_back(f.exec_start[0]); },
       "ExecStart is \"2 lines\""},
      {"no guard",
       [](auto& f) {
         f.exec_start[0] = {"/usr/bin/email-worker", {"email-worker"}};
       },
       "the first program must be the guard"},
      {"another verb",
       [](auto& f) {
         f.exec_start[0] = {"/usr/bin/jobflip", {"jobflip", "agent"}};
       },
       "the first program must be the guard"},
      {"another page", [](auto& f) { f.exec_start[0].argv[2] = "/run/x/mail.lease"; },
       "--page is not"},
      {"another pool", [](auto& f) { f.exec_start[0].argv[4] = "billing"; }, "--pool is not mail"},
      {"another node", [](auto& f) { f.exec_start[0].argv[6] = "job2"; }, "--node is not job1"},
      {"options behind the dashes",
       [](auto& f) { f.exec_start[0].argv.insert(f.exec_start[0].argv.begin() + 1, "--"); },
       "--page is not"},
      {"with an agent",
       [](auto& f) {
         f.exec_start[0].argv.insert(f.exec_start[0].argv.begin() + 1, {"--agent", "7"});
       },
       "--agent would have the guard wait"},
  };
  for (const auto& row : table) {
    auto made = host(kWorker);
    row.damage(manager.facts);
    const auto prepared = made->prepare(timings());
    ASSERT_FALSE(prepared) << row.name;
    EXPECT_EQ(prepared.error().code, ErrorCode::refused) << row.name;
    EXPECT_THAT(prepared.error().text, HasSubstr(row.property)) << row.name;
    EXPECT_FALSE(prepared.error().hint.empty()) << row.name;
    EXPECT_EQ(made->status().phase, WorkerPhase::broken) << row.name;
    EXPECT_EQ(made->status().sentence, prepared.error().text + "; " + prepared.error().hint)
        << row.name;
  }
}

TEST_F(SystemdUnit, TakesTheGuardByEitherOfItsNamesAndAsRootOnlyTheOneWithoutALoader) {
  auto facts = good_unit(kWorker);
  const WantedUnit wanted{"email-worker.service", PoolName::of("mail"), NodeName::of("job1"),
                          path("mail.lease"), "jobflip"};
  EXPECT_TRUE(check_unit(facts, wanted));
  auto& command = facts.exec_start.front();
  command.path = "/usr/bin/jobflip";
  command.argv.insert(command.argv.begin() + 1, "guard");
  facts.user = "jobflip";
  EXPECT_TRUE(check_unit(facts, wanted));
  for (const auto* user : {"", "root", "0"}) {
    facts.user = user;
    const auto taken = check_unit(facts, wanted);
    ASSERT_FALSE(taken) << user;
    EXPECT_THAT(taken.error().text, HasSubstr("LD_PRELOAD"));
  }
  facts.user = "app";
  command.flags = {"no-setuid"};
  command.argv.insert(command.argv.begin() + 2, {"--user", "app"});
  EXPECT_FALSE(check_unit(facts, wanted));
  command.path = "/usr/libexec/jobflip/jobflip-guard";
  command.argv.erase(command.argv.begin() + 1);
  EXPECT_TRUE(check_unit(facts, wanted));
}

UnitFacts of_user(UnitFacts facts, const std::string& user, const std::string& flag,
                  const std::string& worker) {
  facts.user = user;
  auto& command = facts.exec_start.front();
  if (!flag.empty()) command.flags = {flag};
  if (!worker.empty()) command.argv.insert(command.argv.begin() + 1, {"--user", worker});
  return facts;
}

TEST_F(SystemdUnit, AcceptsAGuardThatIsRootOnlyIfItsWorkerIsTheUnitsUser) {
  const WantedUnit wanted{"email-worker.service", PoolName::of("mail"), NodeName::of("job1"),
                          path("mail.lease"), "jobflip"};
  struct Row {
    const char* user;
    const char* flag;
    const char* worker;
    const char* complaint;  // "": the unit is accepted
  };
  const std::vector<Row> table{
      {"", "", "", ""},
      {"root", "", "", ""},
      {"jobflip", "", "", ""},
      {"app", "no-setuid", "app", ""},
      {"nobody", "no-setuid", "65534", ""},
      {"nobody", "no-setuid", "1", "--user 1"},
      {"app", "privileged", "", ""},
      {"app", "no-setuid", "", "its worker would be root"},
      {"app", "no-setuid", "root", "--user root"},
      {"app", "", "app", "must be root"},
      {"app", "", "", "could not reach the agent's page"},
      {"app", "ambient", "app", "must be root"},
  };
  for (const auto& row : table) {
    const auto facts = of_user(good_unit(kWorker), row.user, row.flag, row.worker);
    const auto taken = check_unit(facts, wanted);
    EXPECT_EQ(taken.has_value(), *row.complaint == '\0') << row.user << row.flag << row.worker;
    if (taken) continue;
    EXPECT_THAT(taken.error().text, HasSubstr(row.complaint));
    EXPECT_THAT(taken.error().hint, HasSubstr("jobflip adopt email-worker.service --pool mail"));
  }
}

TEST_F(SystemdUnit, SaysOfAMissingAndOfAMaskedUnitWhatToType) {
  const WantedUnit wanted{"email-worker.service", PoolName::of("mail"), NodeName::of("job1"),
                          path("mail.lease")};
  for (const auto& [state, fix] : std::map<std::string, std::string>{
           {"masked", "systemctl unmask email-worker.service"},
           {"not-found", "install the unit"},
           {"bad-setting", "systemctl status email-worker.service"}}) {
    auto facts = good_unit(kWorker);
    facts.load_state = state;
    const auto checked = check_unit(facts, wanted);
    ASSERT_FALSE(checked) << state;
    EXPECT_THAT(checked.error().hint, HasSubstr(fix));
  }
}

TEST(UnitName, IsCheckedBeforeItGoesOnTheBus) {
  for (const auto* good : {"email-worker.service", "mail@1.service", "a:b_c\\x2d.service"})
    EXPECT_TRUE(check_unit_name(good)) << good;
  for (const auto* bad :
       {"", ".service", "mail", "mail.timer", "a b.service", "a/b.service", "ä.service"})
    EXPECT_FALSE(check_unit_name(bad)) << bad;
}

}  // namespace
}  // namespace jobflip::host
