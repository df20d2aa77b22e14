// Commands that are wrappers: the process that the guard started ends before the processes that
// work.

#include "command_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

// counts each SIGTERM, and finishes its job 500 ms after the first
constexpr const char* kJobs =
    "trap 'echo term >> $DIR/terms; ended=1' TERM; echo $$ > $DIR/pid; ended=; "
    "while [ -z \"$ended\" ]; do sleep 0.02; done; "
    "i=0; while [ $i -lt 25 ]; do sleep 0.02; i=$((i+1)); done; echo done > $DIR/done";
constexpr const char* kDeafJobs = "trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done";

class CommandDrain : public CommandFixture {
 protected:
  /// `sh -c` around a shell that works: the outer one dies of SIGTERM at once, as npm does.
  std::string wrapped(const std::string& script, const std::string& how = "/bin/sh") const {
    std::ofstream{path("jobs.sh")} << script << '\n';
    return how + " $DIR/jobs.sh; exit $?";
  }

  /// Exits with 7 once what it leaves behind, in a session of its own, is at work.
  std::string leaves_behind(const std::string& script) const {
    std::ofstream{path("jobs.sh")} << script << '\n';
    return "(setsid /bin/sh $DIR/jobs.sh &); until [ -s $DIR/pid ]; do sleep 0.01; done; exit 7";
  }

  int terms() const {
    const auto text = read_text(path("terms"));
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }

  bool done() const { return std::filesystem::exists(path("done")); }
};

INSTANTIATE_TEST_SUITE_P(, CommandDrain, ::testing::Bool(), name_of_cgroup_use);

TEST_P(CommandDrain, LastsUntilTheLastDescendantHasGone) {
  auto made = running(wrapped(kJobs), BootClock::now() + 60s);
  const auto jobs = pid_in(path("pid"));
  const auto wrapper = static_cast<pid_t>(page()->worker_pid.load());
  ASSERT_NE(jobs, wrapper);

  made->stop(30s);
  ASSERT_TRUE(eventually([&] { return is_gone(wrapper); }));
  EXPECT_TRUE(eventually([&] { return made->status().sentence.find("waiting for") != -1UL; }))
      << made->status().sentence;
  const auto ended = wait_for(*made, WorkerPhase::empty, 20s);

  EXPECT_TRUE(done()) << "the job in hand was finished";
  EXPECT_TRUE(is_gone(jobs));
  EXPECT_EQ(terms(), 1);
  EXPECT_THAT(ended.sentence, ::testing::Not(HasSubstr("left behind"))) << "nothing was killed";
}

TEST_P(CommandDrain, EndsWithItsTimeWhateverStillRuns) {
  auto made = running(wrapped(kDeafJobs), BootClock::now() + 60s);
  const auto jobs = pid_in(path("pid"));
  const auto asked = BootClock::now();
  made->stop(500ms);
  wait_for(*made, WorkerPhase::empty);
  EXPECT_GE(BootClock::now() - asked, 500ms);
  EXPECT_TRUE(is_gone(jobs));
}

TEST_P(CommandDrain, EndsBeforeTheDeadlineWhateverStillRuns) {
  const auto deadline = BootClock::now() + 2s;
  auto made = running(wrapped(kDeafJobs), deadline);
  const auto jobs = pid_in(path("pid"));
  made->stop(30s);
  wait_for(*made, WorkerPhase::empty);
  EXPECT_LT(BootClock::now(), deadline);
  EXPECT_TRUE(is_gone(jobs));
}

TEST_P(CommandDrain, ReachesWhatHasASessionOfItsOwnOnceItsParentHasGone) {
  auto made = running(wrapped(kJobs, "setsid /bin/sh"), BootClock::now() + 60s);
  const auto jobs = pid_in(path("pid"));
  made->stop(30s);
  wait_for(*made, WorkerPhase::empty, 20s);
  EXPECT_TRUE(done());
  EXPECT_EQ(terms(), 1) << "once";
  EXPECT_TRUE(is_gone(jobs));
}

TEST_P(CommandDrain, ProcessesThatAnEndedWorkerLeftBehindGetTheGracefulStopToo) {
  auto lease = timings();
  lease.graceful_stop = 5s;
  auto made = host(leaves_behind(kJobs));
  ASSERT_TRUE(made->prepare(lease));
  ASSERT_TRUE(made->start(Epoch{42}, BootClock::now() + 60s));
  const auto child = pid_in(path("pid"));
  const auto ended = wait_for(*made, WorkerPhase::empty, 20s);
  EXPECT_TRUE(done());
  EXPECT_EQ(terms(), 1);
  EXPECT_TRUE(is_gone(child));
  EXPECT_THAT(ended.sentence, HasSubstr("exited with 7 after"));
  EXPECT_THAT(ended.sentence, HasSubstr("1 process that it left behind was ended"));
}

TEST_P(CommandDrain, WhatAnEndedWorkerLeftBehindIsKilledAfterTheGracefulStop) {
  auto made = running(leaves_behind(kDeafJobs), BootClock::now() + 60s);
  const auto child = pid_in(path("pid"));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
  const auto shared = page();
  const auto ended = Instant{std::chrono::nanoseconds{shared->ended_at.load()}};
  EXPECT_GE(BootClock::now() - ended, timings().graceful_stop);
}

TEST_P(CommandDrain, AtTheDeadlineTooWhatOutlivesItsWrapperHasTheGracefulStop) {
  const auto deadline = BootClock::now() + 3s;
  auto lease = timings();
  lease.graceful_stop = 1500ms;
  auto made = host(wrapped(kJobs));
  ASSERT_TRUE(made->prepare(lease));
  ASSERT_TRUE(made->start(Epoch{42}, deadline));
  pid_in(path("pid"));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(done());
  EXPECT_LT(BootClock::now(), deadline);
}

}  // namespace
}  // namespace jobflip::host
