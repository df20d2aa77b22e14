// `doctor`: what it collects, how it reports it, and its exit codes.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "jobflip/setup/adoption.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DoctorVerb : public ::testing::Test {
 protected:
  DoctorVerb() {
    std::ofstream{file_} << "node = \"job1\"\n[store]\nconninfo = \"host=db\"\n"
                            "[workers.mail]\ndriver = \"systemd\"\nunit = \"w.service\"\n";
    world.script.snapshot = calm_snapshot();
    for (auto& pool : world.script.snapshot.pools)
      for (auto& one : pool.candidates) one.program = "1.2.3";
    if (auto& sup = world.script.snapshot.supervisors)
      for (auto& one : sup->candidates) one.program = "1.2.3";
    world.host.files[setup::kPolkitPath] = setup::polkit_rule({"w.service"}, file_);
    world.host.properties = {{"LoadState", "loaded"},
                             {"KillMode", "mixed"},
                             {"SendSIGKILL", "yes"},
                             {"Delegate", "yes"},
                             {"Restart", "no"},
                             {"RemainAfterExit", "no"},
                             {"WatchdogUSec", "3000000"},
                             {"WatchdogSignal", "9"},
                             {"TimeoutStopUSec", "3000000"},
                             {"ControlGroup", "/system.slice/w.service"}};
  }
  ~DoctorVerb() override {
    std::remove(file_.c_str());
    std::remove(anchors_.c_str());
  }

  Ran run(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"doctor", "--config", file_});
    return world.run(words);
  }

  FakeWorld world;
  std::string file_ = "/tmp/jobflip-doctor-" + std::to_string(::getpid()) + ".toml";
  std::string anchors_ = file_ + ".anchors";
};

TEST_F(DoctorVerb, IsContentWithASoundInstallation) {
  const auto ran = run();
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, Not(HasSubstr("error ")));
  EXPECT_THAT(ran.out,
              HasSubstr("checked: schema, pools, versions, audit, roles, clock, w.service"));
}

TEST_F(DoctorVerb, SaysWhatIsWrongAndWhatToType) {
  world.host.facts = {{"superuser", "job1", ""}};
  world.host.processes = {{7, "mail", "sh", "/user.slice"}};
  world.host.files[setup::kPolkitPath] = "";
  const auto ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("error role-superuser: job1: this login is a superuser\n"
                                 "  type: alter role job1 nosuperuser\n"));
  EXPECT_THAT(ran.out, HasSubstr("error process-outside: mail: process 7 (sh)"));
  EXPECT_THAT(ran.out, HasSubstr("\n  do: end it, and have"));
  EXPECT_THAT(ran.out, HasSubstr("type: jobflip adopt --polkit --yes"));
  EXPECT_THAT(ran.err, HasSubstr("3 errors"));
}

TEST_F(DoctorVerb, LeavesTheProcessesOfAnotherInstallationAlone) {
  world.host.processes = {{7, "mail", "sh", "/user.slice", "/run/other/mail.lease"}};
  EXPECT_THAT(run().out, Not(HasSubstr("process-outside")));
  world.host.processes[0].page = std::string{setup::kAgentRuntimeDir} + "/mail.lease";
  EXPECT_THAT(run().out, HasSubstr("error process-outside: mail: process 7 (sh)"));
}

TEST_F(DoctorVerb, CallsNoCommandAstrayWhoseGuardHasNoCgroupOfItsOwn) {
  std::ofstream{file_}
      << "node = \"job1\"\nruntime_dir = \"/run/j\"\n[store]\nconninfo = \"host=db\"\n"
         "[workers.mail]\ndriver = \"command\"\ncommand = [\"/bin/w\"]\n";
  world.host.files.clear();
  world.host.properties["User"] = "jobflip";
  world.host.processes = {{7, "mail", "sh", "/system.slice/jobflip-agent.service"}};
  auto ran = run();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, Not(HasSubstr("process-outside")));
  EXPECT_THAT(ran.err, HasSubstr("not checked: processes of pool mail"));
  world.host.guard_cgroups["/run/j/mail.lease"] =
      "/system.slice/jobflip-agent.service/jobflip-mail-1";
  ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("error process-outside: mail: process 7 (sh)"));
  world.host.processes[0].cgroup += "/jobflip-mail-1";
  ran = run();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.err, Not(HasSubstr("not checked: processes")));
}

TEST_F(DoctorVerb, NamesWhatOthersMayWriteOfAUnitThatRootRuns) {
  world.host.units["w.service"] = "[Service]\nExecStart=/bin/w\n";
  EXPECT_THAT(run().out, Not(HasSubstr("unit-writable")));
  world.host.writable = {"/etc/w.env: anybody may write it"};
  const auto ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out,
              HasSubstr("error unit-writable: w.service: /etc/w.env: anybody may write it"));
}

TEST_F(DoctorVerb, SaysWhatACommandOfTheAgentsOwnUserCanDo) {
  const auto with = [&](const std::string& user, const std::string& agent) {
    std::ofstream{file_}
        << "node = \"job1\"\nruntime_dir = \"/run/j\"\n[store]\nconninfo = \"host=db\"\n"
           "[workers.mail]\ndriver = \"command\"\ncommand = [\"/bin/w\"]\n"
        << (user.empty() ? "" : "user = \"" + user + "\"\n");
    world.host.properties["User"] = agent;
    return run().out;
  };
  EXPECT_THAT(with("", "jobflip"),
              HasSubstr("warning command-user: workers.mail: its command is the "
                        "agent's own user: it can read the agent's password"));
  EXPECT_THAT(with("root", ""),
              HasSubstr("warning command-user: workers.mail: its command is root"));
  EXPECT_THAT(with("", ""), HasSubstr("error command-user: workers.mail: the agent is root"));
  EXPECT_THAT(with("app", "jobflip"),
              HasSubstr("error command-user: workers.mail: user = \"app\""));
  EXPECT_THAT(with("app", ""), Not(HasSubstr("command-user")));
}

TEST_F(DoctorVerb, ChecksTheRouteToEveryDatabaseOfASupervisor) {
  const auto file = file_ + ".supervisor";
  std::ofstream{file} << "supervisor = \"sup1\"\nruntime_dir = \"/run/s\"\n[store]\nconninfo = "
                         "\"host=/run/pg\"\n[databases.app]\nconninfo = \"service=app\"\n";
  world.host.routes["service=app"] = {"app.example", "require", "app", ""};
  const auto ran = run({"--supervisor-config", file});
  std::filesystem::remove(file);
  EXPECT_THAT(ran.out,
              HasSubstr("warning sslmode: the supervisor, databases.app: sslmode=require to "
                        "app.example"));
  EXPECT_THAT(ran.out, HasSubstr("its conninfo or service app"));
}

TEST_F(DoctorVerb, EndsWellIfThereAreWarningsAtMost) {
  world.host.store_behind = Micros{3'000'000};
  world.host.filesystem = "a disk";
  const auto ran = run();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("warning clock: this host: its clock is 3.0s ahead of"));
  EXPECT_THAT(ran.out, HasSubstr("warning runtime-dir"));
}

TEST_F(DoctorVerb, SaysWhatIsWrongNowWithWhatToType) {
  auto& pool = world.script.snapshot.pools[0];
  pool.queues[0].verdict = "STALLED";
  pool.pause = core::PauseView{wall(), Millis{60'000}, "deploy", "ann"};
  auto ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("error alarm: pool mail: HELD by pause"));
  EXPECT_THAT(ran.out, HasSubstr("jobflip resume mail"));
  pool.pause.reset();
  pool.queues[0].verdict = "BLIND";
  EXPECT_THAT(run().out, HasSubstr("error alarm: pool mail: BLIND: queue email"));
  pool.queues[0].verdict = "OK";
  world.script.snapshot.supervisors.reset();
  EXPECT_THAT(run().out, HasSubstr("error alarm: the store: NO SUPERVISOR"));
  world.script.snapshot.read_only = "it is a standby";
  EXPECT_THAT(run().out, HasSubstr("error alarm: the store: THE STORE IS READ-ONLY"));
}

TEST_F(DoctorVerb, ChecksTheHostIfTheStoreIsUnreachable) {
  world.script.open_error = Error{ErrorCode::store_unreachable, "no route", "is it up?"};
  world.host.properties["KillMode"] = "none";
  const auto ran = run();
  EXPECT_EQ(ran.code, 7);
  EXPECT_THAT(ran.out, HasSubstr("error unit-kill-mode: w.service: KillMode=none"));
  EXPECT_THAT(ran.err, HasSubstr("not checked: the store: no route (is it up?)"));
}

TEST_F(DoctorVerb, NamesASchemaThatIsBehind) {
  world.script.snapshot_error =
      Error{ErrorCode::schema_old, "the schema is at version 1", "jobflip migrate"};
  const auto ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("error schema: the store: the schema is at version 1"));
  EXPECT_THAT(ran.out, HasSubstr("type: jobflip migrate"));
}

TEST_F(DoctorVerb, SaysWhatItsLoginMayNotSee) {
  world.host.facts_error = Error{ErrorCode::store_denied, "facts: permission denied", ""};
  const auto ran = run();
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("not checked: roles: facts: permission denied"));
}

TEST_F(DoctorVerb, NamesAUnitThatAnAgentWouldNotTake) {
  world.host.check_error = Error{ErrorCode::refused, "unit w.service: LoadState is \"masked\"",
                                 "systemctl unmask w.service"};
  const auto ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("error unit: w.service: unit w.service: LoadState"));
  EXPECT_THAT(ran.out, HasSubstr("type: systemctl unmask w.service"));
}

TEST_F(DoctorVerb, ComparesAnchorsWithTheAudit) {
  fill_audit(world.script, 3);
  EXPECT_THAT(run().out, HasSubstr("warning audit-anchor: jobflip, mail:"));
  const auto hex = [](const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
      constexpr const char* kDigits = "0123456789abcdef";
      text += kDigits[static_cast<unsigned char>(c) >> 4];
      text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return text;
  };
  const auto& second = world.script.audit[1];
  std::ofstream{anchors_} << "# kept by hand\nmail 2 " << hex(second.hash) << "\n";
  EXPECT_THAT(run({"--anchors", anchors_}).out, HasSubstr("audit-anchor: jobflip:"));
  EXPECT_EQ(world.run({"audit", "verify", "--anchors", anchors_}).code, 0);

  world.typed = "\nmail 2 " + hex(second.hash) + "\n";
  EXPECT_THAT(run({"--anchors", "-"}).out, HasSubstr("audit-anchor: jobflip:"));
  EXPECT_EQ(world.run({"audit", "verify", "--anchors", "-"}).code, 0);
  world.typed = "mail 2 " + std::string(64, 'a') + "\n";
  EXPECT_EQ(world.run({"audit", "verify", "--anchors", "-"}).code, 8);
  world.typed = "-- No entries --\n";
  const auto none = world.run({"audit", "verify", "--anchors", "-"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("standard input, line 1: \"-- No entries --\" is not an anchor"));

  std::ofstream{anchors_} << "mail 2 " << std::string(64, 'a') << "\n";
  EXPECT_THAT(run({"--anchors", anchors_}).out, HasSubstr("error audit-broken: mail: event 2"));
  const auto other = world.run({"audit", "verify", "--anchors", anchors_});
  EXPECT_EQ(other.code, 8);
  EXPECT_THAT(other.err, HasSubstr("another hash than the one that was anchored"));

  std::ofstream{anchors_} << "mail 9 " << std::string(64, 'a') << "\n";
  const auto cut = world.run({"audit", "verify", "--anchors", anchors_});
  EXPECT_EQ(cut.code, 8);
  EXPECT_THAT(cut.err, HasSubstr("the chain was cut"));

  std::ofstream{anchors_} << "gone 1 " << std::string(64, 'a') << "\n";
  EXPECT_EQ(world.run({"audit", "verify", "--anchors", anchors_}).code, 8) << "a whole chain";

  for (const auto* bad : {"mail", "mail x ", "mail 0 aa", "mail 1 zz", "mail 1 aa more"}) {
    std::ofstream{anchors_} << bad << "\n";
    EXPECT_EQ(world.run({"audit", "verify", "--anchors", anchors_}).code, 2) << bad;
  }
}

TEST_F(DoctorVerb, IsContentWithAUnitThatWaitsOnAStandby) {
  world.host.properties["WatchdogUSec"] = "18446744073709551615";
  world.host.units["w.service"] = "[Service]\nWatchdogSec=9s\n";
  world.host.units[setup::kAgentUnit] = "[Service]\nWatchdogSec=3s\n";
  EXPECT_EQ(run().code, 1) << "9 s are too long";
  world.host.files[setup::drop_in_path("w.service")] = "[Service]\nWatchdogSec=3s\n";
  EXPECT_EQ(run().code, 0) << run().out;
}

TEST_F(DoctorVerb, PrintsJsonAndTsvToo) {
  world.host.facts = {{"superuser", "job1", ""}};
  const auto json = run({"--format", "json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.out, HasSubstr("\"name\": \"role-superuser\""));
  EXPECT_THAT(json.out, HasSubstr("\"store_reached\": true"));
  EXPECT_THAT(run({"--format", "tsv"}).out,
              HasSubstr("error\trole-superuser\tjob1\tthis login is a superuser\t"));
}

}  // namespace
}  // namespace jobflip::cli
