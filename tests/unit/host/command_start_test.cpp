// How the workers of a command host start: what is refused, and the environment of a worker.

#include "command_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

class CommandStart : public CommandFixture {};

INSTANTIATE_TEST_SUITE_P(, CommandStart, ::testing::Bool(), name_of_cgroup_use);

TEST_P(CommandStart, IsAbsentBeforePrepareAndArmedAfterIt) {
  auto made = host(kPolite);
  EXPECT_EQ(made->status().phase, WorkerPhase::absent);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(made->prepare(timings())) << "preparing twice is the same as once";
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  EXPECT_FALSE(std::filesystem::exists(path("pid"))) << "no worker before a start";
}

TEST_P(CommandStart, AWorkerThatExitsAtOnceIsSeenWithItsExitCode) {
  auto made = running("exit 3", BootClock::now() + 60s);
  EXPECT_THAT(wait_for(*made, WorkerPhase::empty).sentence, HasSubstr("exited with 3 after"));
}

TEST_P(CommandStart, CanStartAgainAfterItWasEmpty) {
  auto made = running("exit 3", BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(made->start(Epoch{43}, BootClock::now() + 60s));
  EXPECT_EQ(wait_for(*made, WorkerPhase::empty).epoch, Epoch{43});
}

TEST_P(CommandStart, RefusesAStartWithTooLittleLeftOfTheLease) {
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

TEST_P(CommandStart, RefusesAStartWithNoGuardArmed) {
  auto made = host(kPolite);
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::refused);
}

TEST_P(CommandStart, RefusesToPrepareWhileWorkersRun) {
  auto made = running(kPolite, BootClock::now() + 60s);
  const auto again = made->prepare(timings());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::refused);
  EXPECT_EQ(made->status().phase, WorkerPhase::running);
}

TEST_P(CommandStart, AnExecFailureIsReportedWithItsReason) {
  std::ofstream{path("odd")} << "#!/nowhere/interpreter\n";
  std::filesystem::permissions(path("odd"), std::filesystem::perms::owner_all);
  auto settings = shell("");
  settings.argv = {path("odd")};
  settings.use_cgroup = GetParam();
  auto made = make_command_host(settings);
  ASSERT_TRUE(made->prepare(timings()));
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  // The guard reports `starting` before it knows the outcome, so only the status may have the
  // outcome.
  const auto status = wait_for(*made, WorkerPhase::broken);
  EXPECT_THAT(status.sentence, HasSubstr("cannot execute the command: No such file"));
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("cannot execute the command"));
}

TEST_P(CommandStart, TheWorkerGetsItsEnvironmentAndNotTheAgents) {
  ::setenv("PGPASSWORD", "secret", 1);
  auto made = running("env > $DIR/env.part; mv $DIR/env.part $DIR/env", BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ::unsetenv("PGPASSWORD");
  const auto seen = "\n" + read_text(path("env"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_POOL=mail\n"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_NODE=job1\n"));
  EXPECT_THAT(seen, HasSubstr("\nJOBFLIP_EPOCH=42\n"));
  const auto shared = page();
  EXPECT_THAT(seen,
              HasSubstr("\nJOBFLIP_GUARD=" +
                        guard::hex_of(shared->mark[0].load(), shared->mark[1].load()) + "\n"));
  EXPECT_THAT(seen, HasSubstr("\nDIR=" + dir_ + "\n"));
  EXPECT_THAT(seen, HasSubstr("\nPATH="));
  EXPECT_THAT(seen, ::testing::Not(HasSubstr("PGPASSWORD")));
}

TEST_P(CommandStart, TheWorkerHasNoDescriptorOfOursAndDefaultSignals) {
  ::signal(SIGPIPE, SIG_IGN);
  auto made =
      running("ls /proc/self/fd > $DIR/fds; grep -E 'SigBlk|SigIgn' /proc/self/status > $DIR/sig",
              BootClock::now() + 60s);
  wait_for(*made, WorkerPhase::empty);
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(read_text(path("fds")), "0\n1\n2\n3\n") << "3 is the folder that ls reads";
  EXPECT_EQ(read_text(path("sig")), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_P(CommandStart, OutputIsAppendedToTheFile) {
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

TEST_F(HostFixture, AMissingRuntimeFolderArmsNothingAndSaysWhich) {
  auto settings = shell("exit 0");
  settings.runtime_dir = path("missing");
  auto made = make_command_host(settings);
  EXPECT_EQ(made->status().phase, WorkerPhase::absent);  // no page, and no process of the pool
  const auto armed = made->prepare(timings());
  ASSERT_FALSE(armed);
  EXPECT_THAT(armed.error().text, HasSubstr(path("missing")));
}

}  // namespace
}  // namespace jobflip::host
