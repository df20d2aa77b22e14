#include "jobflip/host/command_host.hpp"

#include <gmock/gmock.h>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

constexpr const char* kPolite =
    "trap 'echo bye > $DIR/bye; exit 0' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done";
constexpr const char* kDeaf = "trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done";
// ends at once and leaves behind a process in a session of its own, which init would adopt
constexpr const char* kDoubleFork =
    "trap '' TERM; (setsid sh -c 'echo $$ > $DIR/child; exec sleep 1000' &) ; echo $$ > $DIR/pid; "
    "while :; do sleep 0.02; done";

/// With a cgroup where this machine gives one, and by killing descendants one by one.
class CommandHost : public HostFixture, public ::testing::WithParamInterface<bool> {
 protected:
  std::unique_ptr<ports::WorkerHost> host(const std::string& script) const {
    auto settings = shell(script);
    settings.use_cgroup = GetParam();
    return make_command_host(std::move(settings));
  }

  std::unique_ptr<ports::WorkerHost> running(const std::string& script, Instant deadline) const {
    auto made = host(script);
    const auto prepared = made->prepare(timings());
    EXPECT_TRUE(prepared) << (prepared ? "" : prepared.error().text + prepared.error().hint);
    const auto started = made->start(Epoch{42}, deadline);
    EXPECT_TRUE(started) << (started ? "" : started.error().text);
    return made;
  }
};

INSTANTIATE_TEST_SUITE_P(, CommandHost, ::testing::Bool(), [](const auto& chosen) {
  return chosen.param ? "WithCgroupIfThereIsOne" : "WithoutCgroup";
});

TEST_P(CommandHost, IsAbsentBeforePrepareAndArmedAfterIt) {
  auto made = host(kPolite);
  EXPECT_EQ(made->status().phase, WorkerPhase::absent);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(made->prepare(timings())) << "preparing twice is the same as once";
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  EXPECT_FALSE(std::filesystem::exists(path("pid"))) << "no worker before a start";
}

TEST_P(CommandHost, StopsGracefullyWhenAsked) {
  const auto deadline = BootClock::now() + 30s;
  auto made = running(kPolite, deadline);
  const auto pid = pid_in(path("pid"));
  const auto seen = made->status();
  EXPECT_EQ(seen.phase, WorkerPhase::running);
  EXPECT_EQ(seen.epoch, Epoch{42});
  EXPECT_EQ(seen.deadline, deadline);

  made->stop(10s);
  const auto ended = wait_for(*made, WorkerPhase::empty);

  EXPECT_TRUE(std::filesystem::exists(path("bye"))) << "it was given SIGTERM and time";
  EXPECT_TRUE(is_gone(pid));
  EXPECT_EQ(ended.epoch, Epoch{42});
  EXPECT_THAT(ended.sentence, HasSubstr("stopped: it exited with 0 after"));
  EXPECT_LT(BootClock::now(), deadline);
}

TEST_P(CommandHost, KillsAWorkerThatIgnoresSigtermAfterTheGrace) {
  auto made = running(kDeaf, BootClock::now() + 60s);
  const auto pid = pid_in(path("pid"));
  const auto asked = BootClock::now();
  made->stop(300ms);
  const auto ended = wait_for(*made, WorkerPhase::empty);
  EXPECT_GE(BootClock::now() - asked, 300ms) << "not before the grace is over";
  EXPECT_TRUE(is_gone(pid));
  EXPECT_THAT(ended.sentence, HasSubstr("was killed by SIGKILL"));
}

TEST_P(CommandHost, KillsAtOnceWithoutGrace) {
  auto made = running(kDeaf, BootClock::now() + 60s);
  const auto pid = pid_in(path("pid"));
  made->stop(0ms);
  wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(pid));
}

TEST_P(CommandHost, TheShorterOfTwoStopsHolds) {
  auto made = running(kDeaf, BootClock::now() + 60s);
  pid_in(path("pid"));
  made->stop(50s);
  wait_for(*made, WorkerPhase::stopping);
  made->stop(0ms);
  made->stop(50s);
  wait_for(*made, WorkerPhase::empty);
}

TEST_P(CommandHost, EverythingIsDeadBeforeADeadlineThatNobodyExtends) {
  const auto deadline = BootClock::now() + 2s;
  auto made = running(kDeaf, deadline);
  const auto pid = pid_in(path("pid"));

  const auto ended = wait_for(*made, WorkerPhase::empty);

  EXPECT_LT(BootClock::now(), deadline);
  EXPECT_TRUE(is_gone(pid));
  EXPECT_THAT(ended.sentence, HasSubstr("fenced before its deadline"));
  const auto shared = page();
  const auto killed_at = Instant{std::chrono::nanoseconds{shared->ended_at.load()}};
  EXPECT_GE(killed_at, deadline - timings().kill_to_empty - timings().guard_margin)
      << "it had all the time that is its own";
  EXPECT_LT(killed_at, deadline);
}

TEST_P(CommandHost, APoliteWorkerIsToldOneGraceBeforeTheDeadline) {
  const auto deadline = BootClock::now() + 2s;
  auto made = running(kPolite, deadline);
  pid_in(path("pid"));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(std::filesystem::exists(path("bye")));
  const auto shared = page();
  const auto ended_at = Instant{std::chrono::nanoseconds{shared->ended_at.load()}};
  EXPECT_GE(ended_at, core::fence_start(deadline, timings()));
  EXPECT_LT(ended_at, deadline);
}

TEST_P(CommandHost, AnExtendedDeadlineKeepsTheWorker) {
  const auto first = BootClock::now() + 2s;
  auto made = running(kPolite, first);
  const auto pid = pid_in(path("pid"));

  const auto second = first + 2s;
  made->extend(second);
  ASSERT_TRUE(eventually([&] { return BootClock::now() > first; }));
  EXPECT_EQ(made->status().phase, WorkerPhase::running);
  EXPECT_EQ(made->status().deadline, second);
  EXPECT_FALSE(is_gone(pid));

  wait_for(*made, WorkerPhase::empty);
  EXPECT_LT(BootClock::now(), second);
}

TEST_P(CommandHost, ADeadlineNeverMovesBackNorOnceItHasPassed) {
  const auto deadline = BootClock::now() + 2s;
  auto made = running(kPolite, deadline);
  made->extend(deadline - 1s);
  EXPECT_EQ(made->status().deadline, deadline);
  wait_for(*made, WorkerPhase::empty);
  ASSERT_TRUE(eventually([&] { return BootClock::now() > deadline; }));
  made->extend(deadline + 10s);
  EXPECT_EQ(made->status().deadline, deadline);
}

TEST_P(CommandHost, ADrainUnderAnExtendedDeadlineGoesOn) {
  // a job of 1.2 s after SIGTERM, in a lease whose first deadline comes before that
  const auto first = BootClock::now() + 2s;
  auto made = running(
      "trap 'sleep 1.2; echo bye > $DIR/bye; exit 0' TERM; echo $$ > $DIR/pid; "
      "while :; do sleep 0.02; done",
      first);
  pid_in(path("pid"));
  made->stop(30s);
  made->extend(first + 30s);
  const auto ended = wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(std::filesystem::exists(path("bye"))) << ended.sentence;
}

TEST_P(CommandHost, AChildInASessionOfItsOwnDiesToo) {
  const auto deadline = BootClock::now() + 2s;
  auto made = running(kDoubleFork, deadline);
  const auto child = pid_in(path("child"));
  ASSERT_FALSE(is_gone(child));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
  EXPECT_LT(BootClock::now(), deadline);
}

TEST_P(CommandHost, WhatAnEndedWorkerLeftBehindIsEnded) {
  auto made = running(
      "(setsid sh -c 'echo $$ > $DIR/child; exec sleep 1000' &); "
      "until [ -s $DIR/child ]; do sleep 0.01; done; exit 7",
      BootClock::now() + 60s);
  const auto child = pid_in(path("child"));
  const auto ended = wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
  EXPECT_THAT(ended.sentence, HasSubstr("exited with 7 after"));
  EXPECT_THAT(ended.sentence, HasSubstr("1 process that it left behind was ended"));
}

TEST_P(CommandHost, AWorkerThatExitsAtOnceIsSeenWithItsExitCode) {
  auto made = running("exit 3", BootClock::now() + 60s);
  EXPECT_THAT(wait_for(*made, WorkerPhase::empty).sentence, HasSubstr("exited with 3 after"));
}

TEST_P(CommandHost, CanStartAgainAfterItWasEmpty) {
  auto made = running("exit 3", BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(made->start(Epoch{43}, BootClock::now() + 60s));
  EXPECT_EQ(wait_for(*made, WorkerPhase::empty).epoch, Epoch{43});
}

TEST_P(CommandHost, RefusesAStartWithTooLittleLeftOfTheLease) {
  const auto least = timings().graceful_stop + timings().kill_to_empty + timings().guard_margin;
  for (const auto left : {least - 1ms, Millis{0}, Millis{-5000}}) {
    auto made = host(kPolite);
    ASSERT_TRUE(made->prepare(timings()));
    const auto started = made->start(Epoch{42}, BootClock::now() + left);
    ASSERT_FALSE(started) << left.count();
    EXPECT_THAT(started.error().text, HasSubstr("start refused"));
    EXPECT_EQ(made->status().phase, WorkerPhase::broken);
    EXPECT_FALSE(std::filesystem::exists(path("pid"))) << "the worker ran";
    ASSERT_TRUE(made->prepare(timings())) << "broken can be prepared again";
    EXPECT_EQ(made->status().phase, WorkerPhase::armed);
    made->stop(0ms);
    wait_for(*made, WorkerPhase::absent);
  }
}

TEST_P(CommandHost, RefusesAStartWithNoGuardArmed) {
  auto made = host(kPolite);
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::refused);
}

TEST_P(CommandHost, RefusesToPrepareWhileWorkersRun) {
  auto made = running(kPolite, BootClock::now() + 60s);
  const auto again = made->prepare(timings());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::refused);
  EXPECT_EQ(made->status().phase, WorkerPhase::running);
}

TEST_P(CommandHost, AnExecFailureIsReportedWithItsReason) {
  std::ofstream{path("odd")} << "#!/nowhere/interpreter\n";
  std::filesystem::permissions(path("odd"), std::filesystem::perms::owner_all);
  auto settings = shell("");
  settings.argv = {path("odd")};
  settings.use_cgroup = GetParam();
  auto made = make_command_host(settings);
  ASSERT_TRUE(made->prepare(timings()));
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  // the guard says `starting` before it knows, so the outcome may come with the status only
  const auto status = wait_for(*made, WorkerPhase::broken);
  EXPECT_THAT(status.sentence, HasSubstr("cannot execute the command: No such file"));
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("cannot execute the command"));
}

TEST_P(CommandHost, TheWorkerGetsItsEnvironmentAndNotTheAgents) {
  ::setenv("PGPASSWORD", "secret", 1);
  auto made = running("env > $DIR/env.part; mv $DIR/env.part $DIR/env", BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ::unsetenv("PGPASSWORD");
  const auto seen = "\n" + read_text(path("env"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_POOL=mail\n"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_NODE=job1\n"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_EPOCH=42\n"));
  const auto shared = page();
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_GUARD=" +
                              hex_of(shared->mark[0].load(), shared->mark[1].load()) + "\n"));
  EXPECT_THAT(seen, HasSubstr("\nDIR=" + dir_ + "\n"));
  EXPECT_THAT(seen, HasSubstr("\nPATH="));
  EXPECT_THAT(seen, ::testing::Not(HasSubstr("PGPASSWORD")));
}

TEST_P(CommandHost, TheWorkerHasNoDescriptorOfOursAndDefaultSignals) {
  ::signal(SIGPIPE, SIG_IGN);
  auto made =
      running("ls /proc/self/fd > $DIR/fds; grep -E 'SigBlk|SigIgn' /proc/self/status > $DIR/sig",
              BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(read_text(path("fds")), "0\n1\n2\n3\n") << "3 is the folder that ls reads";
  EXPECT_EQ(read_text(path("sig")), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_P(CommandHost, OutputIsAppendedToTheFile) {
  std::ofstream{path("output")} << "before\n";
  auto made = running("echo out; echo err >&2", BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  EXPECT_EQ(read_text(path("output")), "before\nout\nerr\n");
}

struct BadCommand {
  std::vector<std::string> argv;
  std::string text;
};

TEST_F(HostFixture, PrepareNamesWhatIsWrongWithTheCommand) {
  std::ofstream{path("plain")} << "x";
  const std::vector<BadCommand> table{
      {{}, "command is empty"},
      {{"email-worker"}, "is not an absolute path"},
      {{"/nowhere/email-worker"}, "No such file"},
      {{dir_}, "is not a file"},
      {{path("plain")}, "can't be executed"},
  };
  for (const auto& row : table) {
    auto settings = shell("");
    settings.argv = row.argv;
    const auto prepared = make_command_host(settings)->prepare(timings());
    ASSERT_FALSE(prepared) << row.text;
    EXPECT_THAT(prepared.error().text, HasSubstr(row.text));
    EXPECT_FALSE(prepared.error().hint.empty());
  }
}

TEST_F(HostFixture, PrepareSaysThatTheGuardIsMissing) {
  auto settings = shell("exit 0");
  settings.guard_path = "/nowhere/jobflip-guard";
  const auto prepared = make_command_host(settings)->prepare(timings());
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().text, HasSubstr("cannot execute /nowhere/jobflip-guard"));
}

TEST_F(HostFixture, TheGuardIsLookedForNextToTheProgramAndInLibexec) {
  const auto found = find_guard();  // this test program has neither
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().text, HasSubstr("/tests/../libexec/jobflip"));
}

TEST_F(HostFixture, AMissingRuntimeFolderIsBrokenAndSaysWhich) {
  auto settings = shell("exit 0");
  settings.runtime_dir = path("missing");
  auto made = make_command_host(settings);
  EXPECT_EQ(made->status().phase, WorkerPhase::broken);
  EXPECT_THAT(made->status().sentence, HasSubstr(path("missing")));
  EXPECT_FALSE(made->prepare(timings()));
}

}  // namespace
}  // namespace jobflip::host
