// What happens to the workers when an agent or a guard dies: the promise that the leases depend
// on.
#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cstdlib>

#include "host_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

constexpr const char* kWorker = "echo $$ > $DIR/pid; while :; do sleep 0.02; done";
// The grandchild is in a session of its own and its parent is gone.
constexpr const char* kWithGrandchild =
    "(setsid sh -c 'trap \"\" TERM; echo $$ > $DIR/child; exec sleep 1000' &); "
    "until [ -s $DIR/child ]; do sleep 0.01; done; echo $$ > $DIR/pid; while :; do sleep 0.02; "
    "done";

// It removed its mark, and so did its child.
constexpr const char* kWithStrangers =
    "(env -i DIR=$DIR PATH=$PATH setsid sh -c 'trap \"\" TERM; setsid sh -c \"echo \\$\\$ > "
    "$DIR/deep; exec sleep 1000\" & unset DIR; exec sleep 1000' & echo $! > $DIR/child); "
    "until [ -s $DIR/deep ]; do sleep 0.01; done; echo $$ > $DIR/pid; while :; do sleep 0.02; "
    "done";

class Survival : public HostFixture, public ::testing::WithParamInterface<bool> {
 protected:
  CommandSettings settings(const std::string& script) const {
    auto made = shell(script);
    made.use_cgroup = GetParam();
    return made;
  }

  /// An agent in a separate process, which runs `work` and then waits to be killed.
  pid_t fork_agent(const std::function<bool()>& work) const {
    const pid_t agent = ::fork();
    if (agent == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a failed test leaves no process behind
      if (work()) std::ofstream{path("agent-ready")} << "1\n";
      for (;;) ::pause();
    }
    EXPECT_TRUE(eventually([&] { return !read_text(path("agent-ready")).empty(); }))
        << "the agent did not come that far";
    return agent;
  }

  static void kill_and_reap(pid_t pid) {
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  }

  bool guard_lives() const {
    const auto alive = guard::is_guard_alive(path("mail.guard"));
    return alive && *alive;
  }
};

INSTANTIATE_TEST_SUITE_P(, Survival, ::testing::Bool(), [](const auto& chosen) {
  return chosen.param ? "WithCgroupIfThereIsOne" : "WithoutCgroup";
});

TEST_P(Survival, AKilledAgentLeavesTheWorkersToItsSuccessor) {
  const auto first = BootClock::now() + 3s;
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWorker));
    return host->prepare(timings()) && host->start(Epoch{42}, first);
  });
  const auto worker = pid_in(path("pid"));
  kill_and_reap(agent);
  ASSERT_TRUE(guard_lives());

  auto next = make_command_host(settings(kWorker));
  const auto found = next->status();
  EXPECT_EQ(found.phase, WorkerPhase::running);
  EXPECT_EQ(found.epoch, Epoch{42});
  EXPECT_EQ(found.deadline, first);
  next->extend(first + 20s);
  ASSERT_TRUE(eventually([&] { return BootClock::now() > first; }));
  EXPECT_EQ(next->status().phase, WorkerPhase::running);
  EXPECT_FALSE(is_gone(worker)) << "the same worker, never disturbed";

  next->stop(5s);
  const auto ended = wait_for(*next, WorkerPhase::empty);
  EXPECT_EQ(ended.epoch, Epoch{42});
  EXPECT_TRUE(is_gone(worker));
  EXPECT_TRUE(next->prepare(timings())) << "and it can arm a guard of its own";
}

TEST_P(Survival, AKilledAgentThatNobodyFollowsLeavesNothingPastTheDeadline) {
  const auto deadline = BootClock::now() + 2500ms;
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWithGrandchild));
    return host->prepare(timings()) && host->start(Epoch{42}, deadline);
  });
  const auto worker = pid_in(path("pid"));
  const auto child = pid_in(path("child"));
  kill_and_reap(agent);
  ASSERT_TRUE(eventually([&] { return !guard_lives(); }));
  EXPECT_LT(BootClock::now(), deadline);
  EXPECT_TRUE(is_gone(worker));
  EXPECT_TRUE(is_gone(child));
  EXPECT_EQ(make_command_host(settings(kWorker))->status().phase, WorkerPhase::empty)
      << "a later agent reads how it ended";
}

TEST_P(Survival, AFrozenAgentDoesNotKeepItsWorkers) {
  const auto deadline = BootClock::now() + 2500ms;
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWorker));
    return host->prepare(timings()) && host->start(Epoch{42}, deadline);
  });
  const auto worker = pid_in(path("pid"));
  ASSERT_EQ(::kill(agent, SIGSTOP), 0);
  EXPECT_TRUE(eventually([&] { return is_gone(worker); }));
  EXPECT_LT(BootClock::now(), deadline);
  kill_and_reap(agent);
}

TEST_P(Survival, AnArmedGuardGoesWithItsAgent) {
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWorker));
    return host->prepare(timings()).has_value();
  });
  ASSERT_TRUE(guard_lives());
  kill_and_reap(agent);
  EXPECT_TRUE(eventually([&] { return !guard_lives(); }));
  auto next = make_command_host(settings(kWorker));
  EXPECT_EQ(next->status().phase, WorkerPhase::absent);
  EXPECT_TRUE(next->prepare(timings()));
}

TEST_P(Survival, AnotherAgentsArmedGuardIsReplacedNotUsed) {
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings("echo old > $DIR/pid"));
    return host->prepare(timings()).has_value();
  });
  auto next = make_command_host(settings(kWorker));
  EXPECT_EQ(next->status().phase, WorkerPhase::absent) << "it may be armed with an old command";
  ASSERT_TRUE(next->prepare(timings()));
  const auto started = next->start(Epoch{43}, BootClock::now() + 60s);
  ASSERT_TRUE(started) << started.error().text;
  EXPECT_GT(pid_in(path("pid")), 1);
  next->stop(0ms);
  wait_for(*next, WorkerPhase::empty);
  kill_and_reap(agent);
}

TEST_P(Survival, AKilledGuardTakesItsWorkersWithItAndEmptyIsReportedOnlyThen) {
  auto host = make_command_host(settings(kWithGrandchild));
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  const auto worker = pid_in(path("pid"));
  const auto child = pid_in(path("child"));

  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return is_gone(worker); })) << "the kernel ends it with its parent";
  EXPECT_FALSE(is_gone(child)) << "nothing but the sweep can end this one";

  const auto ended = wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
  EXPECT_EQ(ended.epoch, Epoch{42});
  EXPECT_THAT(ended.sentence, HasSubstr("the guard died"));
  EXPECT_TRUE(host->prepare(timings()));
}

TEST_P(Survival, AKilledGuardAndAgentAreSweptUpByTheNextAgent) {
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWithGrandchild));
    return host->prepare(timings()) && host->start(Epoch{42}, BootClock::now() + 3s);
  });
  const auto child = pid_in(path("child"));
  pid_in(path("pid"));
  const auto guard = static_cast<pid_t>(page()->guard_pid.load());
  ASSERT_EQ(::kill(guard, SIGKILL), 0);
  kill_and_reap(agent);
  ASSERT_TRUE(eventually([&] { return !guard_lives(); }));
  ASSERT_FALSE(is_gone(child));

  auto next = make_command_host(settings(kWorker));
  EXPECT_EQ(next->status().phase, WorkerPhase::stopping) << "one look is not enough to say empty";
  wait_for(*next, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
}

TEST_P(Survival, WhatForgotItsMarkIsEndedByTheAgentWhoseGuardWasKilled) {
  auto host = make_command_host(settings(kWithStrangers));
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  pid_in(path("pid"));
  const auto child = pid_in(path("child"));
  const auto deep = pid_in(path("deep"));
  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGKILL), 0);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(child));
  EXPECT_TRUE(is_gone(deep));
  ::kill(child, SIGKILL);  // a failed test leaves no process behind
  ::kill(deep, SIGKILL);
  EXPECT_TRUE(host->prepare(timings()));
}

TEST_P(Survival, WhatALaterAgentCannotSeeCountsAsRunningUntilTheLeaseHasRunOut) {
  const auto deadline = BootClock::now() + 3s;
  const pid_t agent = fork_agent([&] {
    const auto host = make_command_host(settings(kWithStrangers));
    return host->prepare(timings()) && host->start(Epoch{42}, deadline);
  });
  pid_in(path("pid"));
  const auto child = pid_in(path("child"));
  const auto deep = pid_in(path("deep"));
  const bool has_cgroup = !guard::load_cgroup(*page()).empty();
  kill_and_reap(agent);
  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return !guard_lives(); }));

  auto next = make_command_host(settings(kWorker));
  std::vector<std::string> sentences;
  const bool ended = eventually([&] {
    const auto seen = next->status();
    sentences.push_back(seen.sentence);
    return seen.phase == WorkerPhase::empty;
  });
  EXPECT_TRUE(ended);
  const bool gone = is_gone(child) && is_gone(deep);
  EXPECT_EQ(gone, has_cgroup) << "nothing but a cgroup still knows them";
  if (!gone) {
    EXPECT_GE(BootClock::now(), deadline);
    EXPECT_THAT(sentences, ::testing::Contains(HasSubstr("until the lease has run out")));
    EXPECT_THAT(sentences.back(), HasSubstr("could not be seen"));
  }
  ::kill(child, SIGKILL);
  ::kill(deep, SIGKILL);
}

TEST_P(Survival, AFrozenGuardIsEndedByItsAgentWithItsWorkers) {
  auto host = make_command_host(settings(kWithGrandchild));
  ASSERT_TRUE(host->prepare(timings()));
  const auto deadline = BootClock::now() + 2500ms;
  ASSERT_TRUE(host->start(Epoch{42}, deadline));
  const auto worker = pid_in(path("pid"));
  const auto child = pid_in(path("child"));
  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGSTOP), 0);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_LT(BootClock::now(), deadline);
  EXPECT_TRUE(is_gone(worker));
  EXPECT_TRUE(is_gone(child));
}

TEST_P(Survival, AGuardToldToEndByAnOperatorEndsItsWorkersFirst) {
  auto host = make_command_host(settings(kWorker));
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  const auto worker = pid_in(path("pid"));
  ASSERT_EQ(::kill(static_cast<pid_t>(page()->guard_pid.load()), SIGTERM), 0);
  EXPECT_THAT(wait_for(*host, WorkerPhase::empty).sentence, HasSubstr("the guard got SIGTERM"));
  EXPECT_TRUE(is_gone(worker));
}

TEST_P(Survival, StraySignalsDoNotEndAGuard) {
  auto host = make_command_host(settings(kWorker));
  ASSERT_TRUE(host->prepare(timings()));
  const auto guard = static_cast<pid_t>(page()->guard_pid.load());
  for (const int signal : {SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGQUIT, SIGVTALRM})
    ASSERT_EQ(::kill(guard, signal), 0);
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  EXPECT_EQ(host->status().phase, WorkerPhase::running);
}

}  // namespace
}  // namespace jobflip::host
