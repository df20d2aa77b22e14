// BootClock when CLOCK_BOOTTIME and CLOCK_MONOTONIC differ, as on a host that was suspended.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "jobflip/base/time.hpp"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace jobflip {
namespace {

constexpr int kNotAllowed = 77;
constexpr int kAhead = 100'000;  // seconds

/// In a child process: a time namespace whose CLOCK_BOOTTIME is ahead, as after a long suspension.
int look_in_other_time(Instant outside) {
  if (::unshare(CLONE_NEWTIME) != 0) return kNotAllowed;
  std::ofstream offsets{"/proc/self/timens_offsets"};
  offsets << "boottime " << kAhead << " 0\n" << std::flush;
  if (!offsets) return kNotAllowed;
  const pid_t inside = ::fork();  // only children of this process are in it
  if (inside == 0) ::_exit(BootClock::now() - outside >= std::chrono::seconds{kAhead} ? 0 : 1);
  int status = 0;
  if (inside < 0 || ::waitpid(inside, &status, 0) != inside || !WIFEXITED(status)) return 2;
  return WEXITSTATUS(status);
}

TEST(BootClock, CountsTheTimeInWhichTheHostWasSuspended) {
  const Instant outside = BootClock::now();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0) << std::strerror(errno);
  if (child == 0) ::_exit(look_in_other_time(outside));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNotAllowed) GTEST_SKIP() << "a time namespace needs root";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace jobflip
