/// The installed units: systemd accepts them, and what they assume about the program is true.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "jobflip/cli/exit_code.hpp"
#include "jobflip/core/settings.hpp"
#include "support/build_paths.hpp"
#include "support/temp_folder.hpp"

namespace jobflip {
namespace {

struct Ran {
  int status{};
  std::string output;
};

Ran run(const std::string& command) {
  Ran ran;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen"};
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) ran.output += static_cast<char>(c);
  ran.status = ::pclose(pipe);
  return ran;
}

/// What systemd says against it, except that the program is not installed on this machine.
std::string complaints_about(const std::string& unit) {
  auto output = run("systemd-analyze verify --man=no " + unit).output;
  for (std::size_t at = 0;
       (at = output.find("is not executable: No such file", at)) != output.npos;) {
    const auto from = output.rfind('\n', at) == output.npos ? 0 : output.rfind('\n', at) + 1;
    output.erase(from, output.find('\n', at) - from + 1);
    at = from;
  }
  return output;
}

class Units : public ::testing::TestWithParam<const char*> {
 protected:
  std::string path() const { return test::build_path("units/jobflip-") + GetParam() + ".service"; }
  std::string text() const {
    std::ifstream file(path());
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  bool has_line(const std::string& line) const {
    return ("\n" + text()).find("\n" + line + "\n") != std::string::npos;
  }
};

TEST_P(Units, AreWhatSystemdUnderstands) {
  ASSERT_NE(text(), "") << path();
  EXPECT_EQ(text().find('@', text().find("[Unit]")), text().find("@system-service"))
      << "a path that was not filled in";
  EXPECT_EQ(complaints_about(path()), "");
}

TEST_P(Units, AreExposedToLittle) {
  const auto ran =
      run("systemd-analyze security --offline=true --no-pager --threshold=20 " + path());
  EXPECT_EQ(ran.status, 0) << "exposed to more than 2.0:\n" << ran.output;
}

TEST_P(Units, AreBoundedInMemoryAndTasks) {
  EXPECT_NE(text().find("\nMemoryMax="), std::string::npos);
  EXPECT_NE(text().find("\nTasksMax="), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, Units, ::testing::Values("agent", "supervisor", "audit-prune"));

class DaemonUnits : public Units {};

TEST_P(DaemonUnits, DoNotStartAgainWhatNoTimeCures) {
  EXPECT_TRUE(
      has_line("RestartPreventExitStatus=" + std::to_string(cli::to_int(cli::ExitCode::usage))));
  EXPECT_TRUE(has_line("Restart=always"));
}

// systemd 252 has no Type=notify-reload, so the daemon sends RELOADING=1 itself.
TEST_P(DaemonUnits, ReadTheirFileAgainOnReload) {
  EXPECT_TRUE(has_line("Type=notify"));
  EXPECT_TRUE(has_line("ExecReload=/bin/kill -HUP $MAINPID"));
}

// Both read the id of this boot in /proc/sys.
TEST_P(DaemonUnits, SeeTheMarkOfThisBoot) {
  EXPECT_EQ(text().find("ProcSubset=pid"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, DaemonUnits, ::testing::Values("agent", "supervisor"));

class AgentUnit : public Units {};

// Workers that were started as commands run in the agent's unit.
TEST_P(AgentUnit, LeavesGuardsAndPagesToTheNextAgent) {
  EXPECT_TRUE(has_line("KillMode=process"));
  EXPECT_TRUE(has_line("RuntimeDirectoryPreserve=yes"));
  EXPECT_TRUE(has_line("Delegate=yes"));
}

// The limits include workers in the same unit: if one of them is killed, the agent must survive.
TEST_P(AgentUnit, ContinuesIfTheKernelKillsAWorkerForItsMemory) {
  EXPECT_TRUE(has_line("OOMPolicy=continue"));
}

TEST_P(AgentUnit, UnderstandsTheDropInForAddresses) {
  std::string folder = "/tmp/jobflip-units-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  for (const std::string unit : {"jobflip-agent.service", "jobflip-supervisor.service"}) {
    std::filesystem::copy(test::build_path("units/" + unit), folder);
    const auto verified = [&] {
      return run("systemd-analyze verify --man=no " + folder + "/" + unit).output;
    };
    const auto plain = verified();
    std::filesystem::create_directory(folder + "/" + unit + ".d");
    std::filesystem::copy(test::source_path("examples/systemd/addresses.conf"),
                          folder + "/" + unit + ".d");
    EXPECT_EQ(verified(), plain);
  }
  std::filesystem::remove_all(folder);
}

TEST_P(AgentUnit, IsWatchedWellInsideALease) {
  ASSERT_TRUE(has_line("WatchdogSec=3s"));
  const core::LeaseTimings timings;
  const Millis left_for_a_beat = timings.lease - timings.graceful_stop - timings.kill_to_empty -
                                 timings.guard_margin - timings.beat_every;
  EXPECT_LT(Millis{3000}, left_for_a_beat) << "killed and started again before the guard acts";
}

// Next to a copy of the unit, because systemd-analyze looks for drop-ins there.
TEST_P(AgentUnit, UnderstandsTheDropInForCredentials) {
  std::string folder = "/tmp/jobflip-units-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto dropins = folder + "/jobflip-agent.service.d";
  std::filesystem::create_directory(dropins);
  std::filesystem::copy(path(), folder);
  const auto verified = [&] {
    return run("systemd-analyze verify --man=no " + folder + "/jobflip-agent.service").output;
  };
  const auto plain = verified();
  std::filesystem::copy(
      test::source_path("examples/systemd/jobflip-agent.service.d/credentials.conf"), dropins);
  EXPECT_EQ(verified(), plain);
  std::ofstream{dropins + "/wrong.conf"} << "[Service]\nLoadCredentials=x\n";
  EXPECT_NE(verified(), plain) << "drop-ins are looked at";
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Each, AgentUnit, ::testing::Values("agent"));

std::string line_of_unit(const std::string& name, const std::string& key) {
  std::ifstream file(test::build_path("units/jobflip-" + name + ".service"));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + "=")) return line.substr(key.size() + 1);
  return "";
}

TEST(Installation, TheTimerOfTheAuditLogIsWhatSystemdUnderstands) {
  const test::TempFolder folder;
  const auto timer = folder.path() + "/jobflip-audit-prune.timer";
  std::filesystem::copy(test::source_path("units/jobflip-audit-prune.timer"), timer);
  std::filesystem::copy(test::build_path("units/jobflip-audit-prune.service"), folder.path());
  EXPECT_EQ(complaints_about(timer), "");
}

// Whoever may remove events is neither the agent nor the supervisor.
TEST(Installation, EachUnitHasAUserOfItsOwn) {
  EXPECT_EQ(line_of_unit("audit-prune", "User"), "jobflip-audit");
  EXPECT_EQ(line_of_unit("agent", "User"), "jobflip");
  EXPECT_EQ(line_of_unit("supervisor", "User"), "jobflip-supervisor");
  EXPECT_NE(line_of_unit("agent", "Group"), line_of_unit("supervisor", "Group"));
}

// In a separate folder, as root, because the test is about the users of the files.
TEST(Installation, NoUserReadsTheOthersFilesWhateverRightsTheyWereWrittenWith) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  std::string root = "/tmp/jobflip-root-XXXXXX";
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  std::filesystem::create_directories(root + "/etc/jobflip");
  std::ofstream{root + "/etc/group"} << "root:x:0:\nsystemd-journal:x:900:\n";
  std::ofstream{root + "/etc/passwd"} << "root:x:0:0::/root:/bin/sh\n";
  const std::string units = test::source_path("units/");
  auto made = run("systemd-sysusers --root=" + root + " " + units + "jobflip.sysusers");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto id_of = [&](const std::string& user) {
    return run("grep ^" + user + ": " + root + "/etc/passwd | cut -d: -f3").output;
  };
  const std::map<std::string, std::string> files_of{
      {"jobflip", "agent"}, {"jobflip-supervisor", "supervisor"}, {"jobflip-audit", "audit-prune"}};
  std::set<std::string> ids;
  for (const auto& [user, own] : files_of) ids.insert(id_of(user));
  ASSERT_EQ(ids.size(), files_of.size());
  ASSERT_FALSE(ids.contains(""));
  for (const auto* name : {"agent.toml", "agent.pgpass", "supervisor.toml", "supervisor.pgpass",
                           "audit-prune.env", "audit-prune.pgpass"})
    // With the rights that `cat >` gives it.
    std::ofstream{root + "/etc/jobflip/" + name} << "secret\n";
  made = run("systemd-tmpfiles --root=" + root + " --create " + units + "jobflip.tmpfiles");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto reads = [&](const std::string& user, const std::string& name) {
    const auto id = id_of(user).substr(0, id_of(user).find('\n'));
    return run("chmod 755 " + root + "; setpriv --reuid=" + id + " --regid=" +
               run("grep ^" + user + ": " + root + "/etc/passwd | cut -d: -f4")
                   .output.substr(0, 3) +
               " --clear-groups cat " + root + "/etc/jobflip/" + name)
               .status == 0;
  };
  for (const auto& [user, own] : files_of) {
    for (const auto* name : {"agent", "supervisor", "audit-prune"})
      EXPECT_EQ(reads(user, std::string{name} + ".pgpass"), name == own) << user << ", " << name;
    for (const auto* name : {"agent", "supervisor"})
      EXPECT_EQ(reads(user, std::string{name} + ".toml"), name == own) << user << ", " << name;
    EXPECT_FALSE(reads(user, "audit-prune.env")) << user << ": systemd reads it as root";
  }
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace jobflip
