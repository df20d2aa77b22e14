#include <dirent.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "unit/checks/checked.hpp"

namespace jobflip::checks {
namespace {

constexpr Millis kSoon{500};
constexpr Millis kMuchLater{20'000};

Commands shell(const std::string& script) {
  return {{"it", {"/bin/sh", "-c", script}}};
}

/// The processes whose command line has this word.
int processes_with(const std::string& word) {
  int found = 0;
  DIR* const folder = ::opendir("/proc");
  for (const dirent* entry = ::readdir(folder); entry != nullptr; entry = ::readdir(folder)) {
    std::ifstream in{"/proc/" + std::string{entry->d_name} + "/cmdline"};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.find(word) != std::string::npos) ++found;
  }
  ::closedir(folder);
  return found;
}

struct EndCase {
  std::string script;
  Outcome outcome;
  std::string sentence;
};

TEST(ExecCheck, PassesIfTheCommandExitsWithZero) {
  const std::vector<EndCase> cases = {
      {"exit 0", Outcome::passed, "the command exited with 0"},
      {"echo fine; echo more", Outcome::passed, "the command exited with 0: fine"},
      {"echo 'no \033[2Jdisk' >&2; exit 3", Outcome::failed,
       "the command exited with 3: no \\x1b[2Jdisk"},
      {"kill -9 $$", Outcome::failed, "the command was killed by signal 9"},
  };
  for (const EndCase& c : cases) {
    const auto got = check(command(), shell(c.script)).result;
    EXPECT_EQ(got.outcome, c.outcome) << c.script;
    EXPECT_EQ(got.sentence, c.sentence) << c.script;
  }
}

TEST(ExecCheck, LooksForATextInTheOutput) {
  auto service = command();
  service.body_contains = "ready";
  EXPECT_EQ(check(service, shell("echo is ready now")).result.outcome, Outcome::passed);
  EXPECT_EQ(check(service, shell("echo is not")).result.outcome, Outcome::failed);
}

TEST(ExecCheck, WhatCanNotBeRunSaysNothingOfTheService) {
  const auto none = check(command()).result;
  EXPECT_EQ(none.outcome, Outcome::impossible);
  EXPECT_EQ(none.sentence, "this supervisor's file has no [commands.it]");
  const auto missing = check(command(), {{"it", {"/no/such/program"}}}).result;
  EXPECT_EQ(missing.outcome, Outcome::impossible);
  EXPECT_EQ(missing.sentence, "the command can't be started: No such file or directory");
}

TEST(ExecCheck, EndsWithAllItsChildrenThatIgnoreSigterm) {
  const std::string mark = "86401" + std::to_string(::getpid());
  const auto got = check(command(kSoon), shell("trap '' TERM HUP INT; sleep " + mark +
                                               " & setsid sh -c 'trap \"\" "
                                               "TERM; setsid sleep " +
                                               mark + " & sleep " + mark + "' & (sleep " + mark +
                                               " &) ; sleep " + mark));
  EXPECT_EQ(got.result.outcome, Outcome::failed);
  EXPECT_EQ(got.result.sentence, "the command did not end in time");
  EXPECT_LT(got.took, kMuchLater);
  EXPECT_EQ(processes_with(mark), 0);
}

TEST(ExecCheck, LeavesNothingBehindIfTheCommandEndsFirst) {
  const std::string mark = "86402" + std::to_string(::getpid());
  const auto got = check(command(), shell("setsid sleep " + mark + " & exit 0"));
  EXPECT_EQ(got.result.outcome, Outcome::passed) << got.result.sentence;
  EXPECT_LT(got.took, kMuchLater);
  EXPECT_EQ(processes_with(mark), 0);
}

TEST(ExecCheck, ReadsAFloodWithoutKeepingIt) {
  const auto got =
      check(command(kMuchLater), shell("echo first; head -c 104857600 /dev/zero; exit 1")).result;
  EXPECT_EQ(got.outcome, Outcome::failed);
  EXPECT_EQ(got.sentence, "the command exited with 1: first");
}

TEST(ExecCheck, AFloodWithoutEndEndsInTime) {
  const auto got = check(command(kSoon), shell("yes"));
  EXPECT_EQ(got.result.outcome, Outcome::failed);
  EXPECT_LT(got.took, kMuchLater);
}

TEST(ExecCheck, GivesTheCommandNothingOfTheSupervisorsEnvironment) {
  ::setenv("PGPASSWORD", "secret", 1);
  auto service = command();
  service.body_contains = "secret";
  const auto got = check(service, shell("env")).result;
  ::unsetenv("PGPASSWORD");
  EXPECT_EQ(got.outcome, Outcome::failed);
}

TEST(ExecCheck, ACancelledCommandIsEnded) {
  const std::string mark = "86403" + std::to_string(::getpid());
  const auto checker = open_service_checker(shell("sleep " + mark));
  const auto one = checker->open();
  core::CheckResult result;
  std::thread checking{[&] { result = one->run(command(kMuchLater)); }};
  while (processes_with(mark) == 0) std::this_thread::yield();
  one->cancel();
  checking.join();
  EXPECT_EQ(result.outcome, Outcome::impossible);
  EXPECT_EQ(processes_with(mark), 0);
}

TEST(ExecCheck, TwoAtOnceDoNotWaitForEachOther) {
  const auto slow = open_service_checker(shell("sleep 60"))->open();
  std::thread checking{[&] { slow->run(command(kMuchLater)); }};
  for (int i = 0; i < 20; ++i) {
    const auto got = check(command(), shell("exit 0"));
    EXPECT_EQ(got.result.outcome, Outcome::passed);
    EXPECT_LT(got.took, kMuchLater / 2);
  }
  const auto began = BootClock::now();
  slow->cancel();
  checking.join();
  EXPECT_LT(BootClock::now() - began, kMuchLater / 2);
}

}  // namespace
}  // namespace jobflip::checks
