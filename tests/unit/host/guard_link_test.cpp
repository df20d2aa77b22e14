#include "host/guard_link.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "unit/host/host_fixture.hpp"

namespace jobflip::host {
namespace {

/// A process that ends with kWoken when it gets a guard's signal.
class Sleeper {
 public:
  static constexpr int kWoken = 7;

  Sleeper() {
    sigset_t usr1;
    sigset_t before;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &usr1, &before);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      int got = 0;
      ::_exit(::sigwait(&usr1, &got) == 0 ? kWoken : 1);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
  }
  ~Sleeper() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  pid_t pid() const { return pid_; }
  bool was_woken() {
    int status = 0;
    const bool ended = eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
    if (ended) pid_ = 0;
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == kWoken;
  }

 private:
  pid_t pid_{-1};
};

class GuardLinkTest : public HostFixture {
 protected:
  /// `guard` has the lock and the page, like an armed guard.
  Descriptor arm(GuardLink& link, const Sleeper& guard) {
    EXPECT_TRUE(link.lay_out_for(timings()));
    Descriptor lock{guard::take_guard_lock(path("mail.guard"))};
    EXPECT_TRUE(lock.open());
    const auto mapped = page();
    mapped->guard_pid.store(guard.pid());
    mapped->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::armed));
    link.status();
    return lock;
  }
};

TEST_F(GuardLinkTest, WakesTheGuardThatIsThereAndNotOneWhoseEndIsNotYetSeen) {
  GuardLink link{dir_, PoolName::of("mail")};
  ASSERT_TRUE(link.open());
  const Sleeper first;  // its lock is free, and it has not quite ended
  Sleeper second;
  arm(link, first).reset();
  const auto lock = arm(link, second);
  EXPECT_TRUE(link.signal_guard());
  EXPECT_TRUE(second.was_woken());
}

TEST_F(GuardLinkTest, ReachesNoGuardIfNoneHasTheLock) {
  GuardLink link{dir_, PoolName::of("mail")};
  ASSERT_TRUE(link.open());
  const Sleeper other;  // a process that has reused the pid of a guard
  ASSERT_TRUE(link.lay_out_for(timings()));
  page()->guard_pid.store(other.pid());
  page()->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::armed));
  EXPECT_FALSE(link.signal_guard());
}

}  // namespace
}  // namespace jobflip::host
