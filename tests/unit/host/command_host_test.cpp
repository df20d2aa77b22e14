// How the workers of a command host end: on request, and if nobody asks in time.

#include "command_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

constexpr const char* kDeaf = "trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done";
// Ends at once and leaves a process in a session of its own, which init would adopt.
constexpr const char* kDoubleFork =
    "trap '' TERM; (setsid sh -c 'echo $$ > $DIR/child; exec sleep 1000' &) ; echo $$ > $DIR/pid; "
    "while :; do sleep 0.02; done";

class CommandHost : public CommandFixture {};

INSTANTIATE_TEST_SUITE_P(, CommandHost, ::testing::Bool(), name_of_cgroup_use);

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
  const auto ended = wait_for(*made, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(pid));
  EXPECT_THAT(ended.sentence, HasSubstr("stopped")) << "by its guard, which nobody took for hung";
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

TEST_P(CommandHost, ADrainUnderAnExtendedDeadlineContinues) {
  // A job that takes 1.2 s after SIGTERM, in a lease whose first deadline comes before that.
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

}  // namespace
}  // namespace jobflip::host
