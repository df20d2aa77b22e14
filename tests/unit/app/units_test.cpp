/// The units as they are installed: what systemd says of them, and that what they know of the
/// program is so.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "jobflip/cli/exit_code.hpp"
#include "jobflip/core/settings.hpp"
#include "support/build_paths.hpp"

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
  auto said = run("systemd-analyze verify --man=no " + path()).output;
  // the program is not installed where the test runs
  for (std::size_t at = 0; (at = said.find("is not executable: No such file", at)) != said.npos;) {
    const auto from = said.rfind('\n', at) == said.npos ? 0 : said.rfind('\n', at) + 1;
    said.erase(from, said.find('\n', at) - from + 1);
    at = from;
  }
  EXPECT_EQ(said, "");
}

TEST_P(Units, AreExposedToLittle) {
  const auto ran =
      run("systemd-analyze security --offline=true --no-pager --threshold=20 " + path());
  EXPECT_EQ(ran.status, 0) << "exposed to more than 2.0:\n" << ran.output;
}

TEST_P(Units, DoNotStartAgainWhatNoTimeCures) {
  EXPECT_TRUE(
      has_line("RestartPreventExitStatus=" + std::to_string(cli::to_int(cli::ExitCode::usage))));
  EXPECT_TRUE(has_line("Restart=always"));
}

// systemd 252 has no Type=notify-reload: the daemon says RELOADING=1 by itself.
TEST_P(Units, ReadTheirFileAgainOnReload) {
  EXPECT_TRUE(has_line("Type=notify"));
  EXPECT_TRUE(has_line("ExecReload=/bin/kill -HUP $MAINPID"));
}

// Both read the mark of this boot below /proc/sys.
TEST_P(Units, SeeTheMarkOfThisBoot) {
  EXPECT_EQ(text().find("ProcSubset=pid"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, Units, ::testing::Values("agent", "supervisor"));

class AgentUnit : public Units {};

// Workers that were started as commands are below the agent's unit.
TEST_P(AgentUnit, LeavesGuardsAndPagesToTheNextAgent) {
  EXPECT_TRUE(has_line("KillMode=process"));
  EXPECT_TRUE(has_line("RuntimeDirectoryPreserve=yes"));
  EXPECT_TRUE(has_line("Delegate=yes"));
}

TEST_P(AgentUnit, IsWatchedWellInsideALease) {
  ASSERT_TRUE(has_line("WatchdogSec=3s"));
  const core::LeaseTimings timings;
  const Millis left_for_a_beat = timings.lease - timings.graceful_stop - timings.kill_to_empty -
                                 timings.guard_margin - timings.beat_every;
  EXPECT_LT(Millis{3000}, left_for_a_beat) << "killed and started again before the guard acts";
}

// Beside a copy of the unit, where systemd-analyze looks for drop-ins.
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

}  // namespace
}  // namespace jobflip
