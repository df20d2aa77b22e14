#include "jobflip/setup/adoption.hpp"

#include <gmock/gmock.h>

namespace jobflip::setup {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

UnitSource unit_of(const std::string& service, const std::string& rest = "") {
  UnitSource unit;
  unit.unit = "email-worker.service";
  unit.found = true;
  unit.file = "/etc/systemd/system/email-worker.service";
  unit.assignments = parse_unit_text(rest + "\n[Service]\n" + service, unit.file);
  return unit;
}

AdoptionRequest intent() {
  return {.pool = "mail",
          .node = "job1",
          .page = "/run/jobflip-agent/mail.lease",
          .guard = "/usr/libexec/jobflip/jobflip-guard",
          .agent_file = "/etc/jobflip/agent.toml"};
}

std::string text_of(const UnitSource& unit) {
  const auto plan = plan_adoption(unit, intent());
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().text);
  return plan ? plan->text : "";
}

/// The values that systemd would use, with the drop-in read after the unit.
UnitSource adopted(UnitSource unit) {
  for (auto& one : parse_unit_text(text_of(unit), "/etc/50-jobflip.conf"))
    unit.assignments.push_back(std::move(one));
  return unit;
}

constexpr const char* kGuardLine =
    "/usr/libexec/jobflip/jobflip-guard --page /run/jobflip-agent/mail.lease --pool mail "
    "--node job1 ";

TEST(Adoption, PutsTheGuardInFrontOfTheUnitsOwnLineByteForByte) {
  const std::string line = R"(/usr/bin/w --a "b c" 'd' $E ${F} $$G %i 100%% "\t" ";")";
  const auto unit = adopted(unit_of("ExecStart=" + line + "\n"));
  const auto lines = values_of(unit, "Service", "ExecStart");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], kGuardLine + std::string{"-- "} + line);
}

TEST(Adoption, SetsWhatSafetyDependsOnWhateverTheUnitHad) {
  const auto unit = adopted(unit_of(
      "Type=simple\nExecStart=/bin/w\nRestart=always\nKillMode=process\nSendSIGKILL=no\n"
      "Delegate=no\nNotifyAccess=none\nRemainAfterExit=yes\nTimeoutStopSec=infinity\n"
      "WatchdogSec=1h\nWatchdogSignal=SIGTERM\nKillSignal=SIGINT\nExecStop=/bin/sleep 99\n"));
  const std::vector<std::pair<const char*, const char*>> wanted{
      {"Type", "notify"},        {"NotifyAccess", "main"},      {"Restart", "no"},
      {"KillMode", "mixed"},     {"SendSIGKILL", "yes"},        {"Delegate", "yes"},
      {"WatchdogSec", "3000ms"}, {"WatchdogSignal", "SIGKILL"}, {"TimeoutStopSec", "3000ms"},
      {"KillSignal", "SIGTERM"}, {"RemainAfterExit", "no"},     {"ExecStop", ""}};
  for (const auto& [key, value] : wanted) EXPECT_EQ(value_of(unit, "Service", key), value) << key;
  EXPECT_EQ(value_of(unit, "Unit", "StartLimitIntervalSec"), "0");
  EXPECT_EQ(value_of(unit, "Unit", "Before"), "jobflip-agent.service");
}

TEST(Adoption, HasARootGuardDropToTheUnitsUser) {
  const auto line = [](const std::string& service) {
    return value_of(adopted(unit_of(service + "ExecStart=/bin/w a\n")), "Service", "ExecStart");
  };
  const std::string guard = kGuardLine;
  EXPECT_EQ(line(""), guard + "-- /bin/w a");
  EXPECT_EQ(line("User=root\n"), guard + "-- /bin/w a");
  EXPECT_EQ(line("User=app\n"), "!" + guard + "--user app -- /bin/w a");
  EXPECT_EQ(line("User=%i\nGroup=mail\nSupplementaryGroups=a b\nSupplementaryGroups=c\n"),
            "!" + guard +
                "--user %i --group mail --supplementary-group a --supplementary-group b "
                "--supplementary-group c -- /bin/w a");
  EXPECT_EQ(line("User=app\nUser=\n"), guard + "-- /bin/w a") << "an empty User= is root again";
}

TEST(Adoption, KeepsThePrefixesThatStillMeanTheSame) {
  const auto line = [](const std::string& text) {
    return value_of(adopted(unit_of("User=app\nExecStart=" + text + "\n")), "Service", "ExecStart");
  };
  const std::string guard = kGuardLine;
  EXPECT_EQ(line(":/bin/w $A"), ":!" + guard + "--user app -- /bin/w $A");
  EXPECT_EQ(line("+/bin/w"), "+" + guard + "-- /bin/w") << "the unit itself asks for root";
  EXPECT_EQ(line("-/bin/w"), "!" + guard + "--user app -- /bin/w");
  EXPECT_EQ(line("!!/bin/w"), "!" + guard + "--user app -- /bin/w");
}

TEST(Adoption, WritesTheProgramSoThatAnArgumentMeansWhatThePathMeant) {
  auto unit = unit_of("ExecStart=mailer a\n");
  unit.program = "/usr/local/bin/mailer";
  EXPECT_THAT(text_of(unit), HasSubstr("-- /usr/local/bin/mailer a\n"));
  EXPECT_THAT(text_of(unit_of("ExecStart=/opt/a$b/x $C\n")), HasSubstr("-- /opt/a$$b/x $C\n"));
  EXPECT_THAT(text_of(unit_of("ExecStart=\"/opt/a b/x\" c\n")), HasSubstr("-- \"/opt/a b/x\" c\n"));
}

TEST(Adoption, QuotesItsOwnArguments) {
  auto odd = intent();
  odd.guard = "/opt/a b/100%/$x/\"q\"/jobflip-guard";
  const auto plan = plan_adoption(unit_of("ExecStart=/bin/w\n"), odd);
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->text,
              HasSubstr(R"(ExecStart="/opt/a b/100%%/$$x/\"q\"/jobflip-guard" --page)"));
}

TEST(Adoption, WidensASandboxByWhatTheGuardNeedsAndNoMore) {
  const auto plain = text_of(unit_of("ExecStart=/bin/w\n"));
  for (const auto* key : {"ReadWritePaths", "CapabilityBoundingSet", "SystemCallFilter",
                          "ProtectControlGroups", "ExecStop="})
    EXPECT_THAT(plain, Not(HasSubstr(key))) << "a unit without it gets none";
  const auto strict =
      text_of(unit_of("ExecStart=/bin/w\nProtectSystem=strict\nCapabilityBoundingSet=\n"
                      "SystemCallFilter=@system-service\nProtectControlGroups=yes\n"));
  EXPECT_THAT(strict, HasSubstr("ReadWritePaths=-/run/jobflip-agent\n"));
  EXPECT_THAT(strict, HasSubstr("CapabilityBoundingSet=CAP_SETUID "));
  EXPECT_THAT(strict, Not(HasSubstr("SystemCallFilter="))) << "the guard needs no more than that";
  EXPECT_THAT(strict, HasSubstr("ProtectControlGroups=no\n"));
}

struct Rights {
  const char* service;
  const char* words;   // arguments of the guard that restrict the worker
  const char* filter;  // the drop-in's filter
};

TEST(Adoption, WhatADropInGivesTheGuardTheGuardTakesFromTheWorker) {
  const std::vector<Rights> table{
      {"", "", ""},
      {"CapabilityBoundingSet=\n", " --bounding-set 0", ""},
      {"CapabilityBoundingSet=CAP_CHOWN cap_kill\nCapabilityBoundingSet=CAP_BPF\n",
       " --bounding-set 8000000021", ""},
      {"CapabilityBoundingSet=~CAP_CHOWN CAP_SYS_ADMIN\n", " --bounding-set ffffffffffdffffe", ""},
      {"CapabilityBoundingSet=CAP_CHOWN CAP_KILL\nCapabilityBoundingSet=~CAP_KILL\n",
       " --bounding-set 1", ""},
      {"CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\n", " --bounding-set 0", ""},
      {"CapabilityBoundingSet=40\n", " --bounding-set 10000000000", ""},
      {"User=app\nNoNewPrivileges=yes\n", "", ""},
      {"User=app\nRestrictRealtime=yes\n", " --no-new-privileges", ""},
      {"RestrictRealtime=yes\n", "", ""},
      {"User=app\nSystemCallFilter=@system-service\n", " --no-new-privileges", ""},
      {"User=app\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\n",
       " --no-new-privileges --deny-calls setresuid,setgroups,chown", "setresuid setgroups chown"},
      {"User=app\nSystemCallFilter=~@privileged @memlock\n",
       " --no-new-privileges --deny-calls setresuid,setgroups,chown,mlockall",
       "setresuid setgroups chown mlockall"},
      {"SystemCallFilter=~@privileged @memlock\n", " --deny-calls mlockall", "mlockall"},
      {"User=app\nSystemCallFilter=@process @setuid:EPERM @basic-io\n",
       " --no-new-privileges --deny-calls chown,mlockall", "chown mlockall"},
      {"User=app\nSystemCallFilter=~chown\nSystemCallFilter=\n", "", ""},
  };
  for (const auto& row : table) {
    const auto unit = unit_of(std::string{row.service} + "ExecStart=/bin/w\n");
    const auto ours = parse_unit_text(text_of(unit), "/etc/50-jobflip.conf");
    UnitSource drop_in;
    drop_in.assignments = ours;
    const auto line = value_of(drop_in, "Service", "ExecStart");
    const auto user = value_of(unit, "Service", "User") == "app" ? "--user app" : "";
    EXPECT_THAT(line, HasSubstr(std::string{user} + row.words + " -- /bin/w")) << row.service;
    EXPECT_EQ(value_of(drop_in, "Service", "SystemCallFilter"), row.filter) << row.service;
  }
}

TEST(Adoption, APrivilegedLineHasNoSandboxToWidenNorRightsToTakeAway) {
  const auto text = text_of(
      unit_of("User=app\nCapabilityBoundingSet=\nSystemCallFilter=~@setuid\nExecStart=+/bin/w\n"));
  EXPECT_THAT(text, HasSubstr(std::string{"ExecStart=+"} + kGuardLine + "-- /bin/w\n"));
  EXPECT_THAT(text, Not(HasSubstr("CapabilityBoundingSet=")));
  EXPECT_THAT(text, Not(HasSubstr("SystemCallFilter=")));
}

TEST(Adoption, WritesNumbersForAUserThatOnlyADirectoryServiceKnows) {
  auto unit = unit_of("User=ldap-app\nExecStart=/bin/w\n");
  unit.directory_user = UserNumbers{"70001", "70002", {"70003", "70004"}};
  EXPECT_THAT(text_of(unit), HasSubstr("--user 70001 --group 70002 --supplementary-group 70003 "
                                       "--supplementary-group 70004 -- /bin/w\n"));
}

TEST(Adoption, RefusesWhatOthersMayWrite) {
  auto unit = unit_of("ExecStart=/bin/w\n");
  unit.writable = {"/etc/app.env: anybody may write it"};
  const auto plan = plan_adoption(unit, intent());
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().text, HasSubstr("/etc/app.env: anybody may write it"));
}

struct Refused {
  const char* service;
  const char* why;
};

TEST(Adoption, RefusesByNameWhatAGuardCannotHold) {
  const std::vector<Refused> table{
      {"", "0 ExecStart= lines"},
      {"ExecStart=/bin/a\nExecStart=/bin/b\n", "2 ExecStart= lines"},
      {"ExecStart=/bin/a ; /bin/b\n", "several commands"},
      {"Type=forking\nExecStart=/bin/w\n", "Type=forking"},
      {"Type=oneshot\nExecStart=/bin/w\n", "Type=oneshot"},
      {"Type=dbus\nExecStart=/bin/w\n", "Type=dbus"},
      {"ExecStart=@/bin/w name\n", "begins with \"@\""},
      {"ExecStart=!/bin/w\n", "begins with \"!\""},
      {"ExecStart=mailer\n", "\"mailer\" is not on this host"},
      {"DynamicUser=yes\nExecStart=/bin/w\n", "DynamicUser=yes"},
      {"PrivateUsers=yes\nExecStart=/bin/w\n", "PrivateUsers=yes"},
      {"RootDirectory=/srv/w\nExecStart=/bin/w\n", "RootDirectory=/srv/w"},
      {"RootImage=/srv/w\nExecStart=/bin/w\n", "RootImage=/srv/w"},
      {"User=app\nAmbientCapabilities=CAP_NET_RAW\nExecStart=/bin/w\n", "AmbientCapabilities="},
      {"User=app\nPAMName=login\nExecStart=/bin/w\n", "PAMName=login"},
      {"InaccessiblePaths=/home -/run\nExecStart=/bin/w\n", "InaccessiblePaths=-/run"},
      {"TemporaryFileSystem=/:ro\nExecStart=/bin/w\n", "TemporaryFileSystem=/:ro"},
      {"CapabilityBoundingSet=CAP_NONE_SUCH\nExecStart=/bin/w\n", "CAP_NONE_SUCH"},
      {"SystemCallFilter=@basic-io\nExecStart=/bin/w\n", "keeps clone() from the guard"},
      {"SystemCallFilter=@system-service\nSystemCallFilter=~kill\nExecStart=/bin/w\n",
       "keeps kill() from the guard"},
  };
  for (const auto& row : table) {
    const auto plan = plan_adoption(unit_of(row.service), intent());
    ASSERT_FALSE(plan) << row.service;
    EXPECT_EQ(plan.error().code, ErrorCode::refused);
    EXPECT_THAT(plan.error().text, HasSubstr(row.why));
    EXPECT_FALSE(plan.error().hint.empty()) << row.service;
  }
}

TEST(Adoption, RefusesAUnitThatIsNotThereIsMaskedOrIsATemplate) {
  auto missing = unit_of("");
  missing.found = false;
  EXPECT_THAT(plan_adoption(missing, intent()).error().text, HasSubstr("no such unit"));
  auto masked = unit_of("");
  masked.masked = true;
  EXPECT_THAT(plan_adoption(masked, intent()).error().hint, HasSubstr("systemctl unmask"));
  auto pattern = unit_of("ExecStart=/bin/w\n");
  pattern.unit = "worker@.service";
  EXPECT_THAT(plan_adoption(pattern, intent()).error().hint, HasSubstr("worker@1.service"));
}

TEST(Adoption, RefusesADropInThatWouldBeReadAfterOurs) {
  auto unit = unit_of("ExecStart=/bin/w\n");
  const std::string folder = "/etc/systemd/system/email-worker.service.d/";
  unit.assignments.push_back({"Service", "Environment", "A=b", folder + "override.conf"});
  unit.assignments.push_back({"Service", "Restart", "always", folder + "40-local.conf"});
  EXPECT_TRUE(plan_adoption(unit, intent())) << "what we do not set, or before us, does no harm";
  unit.assignments.push_back({"Service", "Restart", "always", folder + "override.conf"});
  const auto plan = plan_adoption(unit, intent());
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().text, HasSubstr("override.conf sets Restart="));
  EXPECT_THAT(plan.error().hint, HasSubstr("40-override.conf"));
}

TEST(Adoption, MakesNoCycleWithAUnitThatStartsAfterTheAgent) {
  const auto plan = plan_adoption(
      unit_of("ExecStart=/bin/w\n", "[Unit]\nAfter=network.target jobflip-agent.service\n"),
      intent());
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->text, Not(HasSubstr("Before=")));
  EXPECT_THAT(plan->notes, Contains(HasSubstr("stop before the agent")));
}

TEST(Adoption, SaysWhatChangesForTheUnit) {
  const auto notes = [](const std::string& service) {
    const auto plan = plan_adoption(unit_of(service + "ExecStart=/bin/w\n"), intent());
    return plan ? plan->notes : std::vector<std::string>{};
  };
  EXPECT_THAT(notes(""), IsEmpty());
  EXPECT_THAT(notes("User=app\n"), Contains(HasSubstr("the worker as app")));
  EXPECT_THAT(notes("ExecStartPre=/bin/x\n"), Contains(HasSubstr("with no lease")));
  EXPECT_THAT(notes("ExecStop=/bin/x\n"), Contains(HasSubstr("ExecStop= is taken out")));
  EXPECT_THAT(notes("ExecStopPost=/bin/x\n"), Contains(HasSubstr("beside the guard")));
  EXPECT_THAT(notes("ExecReload=/bin/x\n"), Contains(HasSubstr("ExecReload=")));
  EXPECT_THAT(notes("WatchdogSec=9\n"), Contains(HasSubstr("watches the guard")));
  EXPECT_THAT(notes("KillSignal=SIGINT\n"), Contains(HasSubstr("no longer with SIGINT")));
  EXPECT_THAT(notes("Type=notify\n"), Contains(HasSubstr("READY=1")));
}

TEST(Adoption, KnowsItsOwnDropIn) {
  EXPECT_TRUE(is_our_drop_in(text_of(unit_of("ExecStart=/bin/w\n"))));
  EXPECT_FALSE(is_our_drop_in("[Service]\n"));
  EXPECT_EQ(drop_in_path("w.service"), "/etc/systemd/system/w.service.d/50-jobflip.conf");
}

TEST(PolkitRule, NamesTheUnitsAndTwoVerbsAndOneUser) {
  const auto rule = polkit_rule({"a.service", "b\\x2dc.service"}, "/etc/jobflip/agent.toml");
  EXPECT_THAT(rule, HasSubstr(R"(var units = ["a.service", "b\\x2dc.service"];)"));
  EXPECT_THAT(rule, HasSubstr(R"(var verbs = ["start", "stop"];)"));
  EXPECT_THAT(rule, HasSubstr(R"(subject.user == "jobflip")"));
  EXPECT_THAT(rule, HasSubstr(R"(action.id == "org.freedesktop.systemd1.manage-units")"));
  EXPECT_THAT(polkit_rule({}, "x"), HasSubstr("var units = [];")) << "no unit: nothing is allowed";
  EXPECT_THAT(polkit_rule({"a\"b"}, "x\n}evil"), HasSubstr(R"("a\"b")"));
  EXPECT_THAT(polkit_rule({}, "x\n}evil"), Not(HasSubstr("\n}evil"))) << "it stays a comment";
}

}  // namespace
}  // namespace jobflip::setup
