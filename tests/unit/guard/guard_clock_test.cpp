// Which clock a guard sleeps on. Only a suspended host would show it, and a test can't suspend
// one, but the kernel tells which clock a timer uses.

#include <filesystem>
#include <fstream>
#include <string>

#include "unit/host/host_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;

/// The `clockid` of each timer that a process has.
std::vector<int> timer_clocks(pid_t pid) {
  std::vector<int> clocks;
  std::error_code failed;
  const std::filesystem::path folder{"/proc/" + std::to_string(pid) + "/fdinfo"};
  for (const auto& entry : std::filesystem::directory_iterator{folder, failed}) {
    std::ifstream in{entry.path()};
    for (std::string word; in >> word;)
      if (int clock = -1; word == "clockid:" && in >> clock) clocks.push_back(clock);
  }
  EXPECT_FALSE(failed) << failed.message();
  return clocks;
}

TEST_F(HostFixture, AGuardSleepsByTheClockThatCountsSuspendedTime) {
  auto host = make_command_host(shell("exec sleep 60"));
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_TRUE(host->start(Epoch{7}, BootClock::now() + 60s));
  wait_for(*host, WorkerPhase::running);
  const auto clocks = timer_clocks(static_cast<pid_t>(page()->guard_pid.load()));
  EXPECT_FALSE(clocks.empty());
  for (const int clock : clocks) EXPECT_EQ(clock, CLOCK_BOOTTIME);
  host->stop(Millis{0});
  wait_for(*host, WorkerPhase::empty);
}

}  // namespace
}  // namespace jobflip::guard
