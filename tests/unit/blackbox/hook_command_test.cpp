#include "blackbox/hook_command.hpp"

#include <gmock/gmock.h>

#include "unit/host/host_fixture.hpp"

namespace jobflip::blackbox {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class HookCommand : public HostFixture {
 protected:
  Result<HookResult> run(const std::string& script, Millis within = Millis{10'000}) const {
    return run_hook({"/bin/sh", "-c", script}, {{"DIR", dir_}, {"PATH", "/usr/bin:/bin"}},
                    BootClock::now() + within);
  }
};

TEST_F(HookCommand, GivesOutputAndExitOfWhatEnds) {
  const auto ran = run("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->output, "out\nerr\n");
  EXPECT_EQ(ran->end.exit_code, 3);
  EXPECT_FALSE(ran->timed_out);
}

TEST_F(HookCommand, HasNoInputAndNoVariablesOfOurs) {
  ASSERT_EQ(::setenv("PGPASSWORD", "hunter2", 1), 0);
  const auto ran = run("cat; pwd; echo \"-$PGPASSWORD-\"");
  ASSERT_EQ(::unsetenv("PGPASSWORD"), 0);
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->output, "/\n--\n");
}

TEST_F(HookCommand, OneThatHangsIsKilledAndItsOutputIsKept) {
  const auto begun = BootClock::now();
  const auto ran = run("trap '' TERM; echo said; while :; do sleep 0.01; done", 300ms);
  ASSERT_TRUE(ran);
  EXPECT_TRUE(ran->timed_out);
  EXPECT_EQ(ran->output, "said\n");
  EXPECT_LT(BootClock::now() - begun, 5s);
}

TEST_F(HookCommand, ManyMegabytesAreTruncatedAndDelayNothing) {
  const auto ran = run("head -c 10000000 /dev/zero | tr '\\0' x; exit 4");
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->output, std::string(kMostOutput, 'x'));
  EXPECT_EQ(ran->end.exit_code, 4);
}

TEST_F(HookCommand, WhatItForkedEndsWithItAndIsNotWaitedFor) {
  const auto begun = BootClock::now();
  const auto ran = run("sleep 60 & echo $! > $DIR/child; echo done");
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->output, "done\n");
  EXPECT_LT(BootClock::now() - begun, 30s);
  EXPECT_TRUE(eventually([&] { return is_gone(pid_in(path("child"))); }));
}

TEST_F(HookCommand, OneThatClosesItsOutputIsWaitedFor) {
  const auto ran = run("echo a; exec >&- 2>&-; sleep 0.2; exit 5");
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->output, "a\n");
  EXPECT_EQ(ran->end.exit_code, 5);
}

TEST_F(HookCommand, OneThatIsNotThereIsAnError) {
  const auto ran = run_hook({"/nowhere/at/all"}, {}, BootClock::now() + 10s);
  ASSERT_FALSE(ran);
  EXPECT_NE(ran.error().text.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::blackbox
