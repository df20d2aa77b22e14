// Workers in a cgroup of their own, where this machine gives one.
#include <gmock/gmock.h>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

// the grandchild is in a session of its own and its parent is gone
constexpr const char* kWithGrandchild =
    "(setsid sh -c 'trap \"\" TERM; echo $$ > $DIR/child; exec sleep 1000' &); "
    "until [ -s $DIR/child ]; do sleep 0.01; done; echo $$ > $DIR/pid; while :; do sleep 0.02; "
    "done";

TEST_F(HostFixture, WorkersAreInACgroupOfTheirOwnWhichIsRemovedAfterThem) {
  auto host = make_command_host(shell(kWithGrandchild));
  ASSERT_TRUE(host->prepare(timings()));
  const auto cgroup = guard::load_cgroup(*page());
  if (cgroup.empty()) GTEST_SKIP() << "ENVIRONMENT: no writable cgroup v2 with cgroup.kill here";
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  const auto worker = pid_in(path("pid"));
  const auto child = pid_in(path("child"));
  const auto members = "\n" + read_text(cgroup + "/cgroup.procs");
  EXPECT_THAT(members, HasSubstr("\n" + std::to_string(worker) + "\n"));
  EXPECT_THAT(members, HasSubstr("\n" + std::to_string(child) + "\n"));
  const auto guard = std::to_string(page()->guard_pid.load());
  EXPECT_THAT(members, ::testing::Not(HasSubstr("\n" + guard + "\n")));
  host->stop(0ms);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(cgroup); }));
}

TEST_F(HostFixture, AProcessThatForgotItsEnvironmentIsSweptByItsCgroup) {
  auto host = make_command_host(
      shell("(env -i setsid /bin/sh -c \"echo \\$\\$ > $DIR/child; exec sleep 1000\" &); "
            "until [ -s $DIR/child ]; do sleep 0.01; done; echo $$ > $DIR/pid; while :; do sleep "
            "0.02; done"));
  ASSERT_TRUE(host->prepare(timings()));
  if (guard::load_cgroup(*page()).empty())
    GTEST_SKIP() << "ENVIRONMENT: no writable cgroup v2 with cgroup.kill here";
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  const auto child = pid_in(path("child"));
  pid_in(path("pid"));
  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGKILL), 0);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
}

}  // namespace
}  // namespace jobflip::host
