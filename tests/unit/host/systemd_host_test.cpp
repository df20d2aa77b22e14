// A worker's unit under a lease: how it starts, continues under a new agent, and ends.

#include <algorithm>

#include "systemd_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using ::testing::HasSubstr;

class SystemdHost : public SystemdFixture {};

TEST_F(SystemdHost, StartsTheUnitUnderALeaseAndStopsItThroughItsGuard) {
  auto made = host(kWorker);
  EXPECT_EQ(made->status().phase, WorkerPhase::absent);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  EXPECT_TRUE(manager.calls.empty()) << "nothing is started before there is a lease";

  const auto deadline = BootClock::now() + 60s;
  ASSERT_TRUE(made->start(Epoch{42}, deadline));
  EXPECT_EQ(made->status().phase, WorkerPhase::running);
  EXPECT_EQ(made->status().deadline, deadline);
  const auto worker = pid_in(path("pid"));
  EXPECT_EQ(read_text(path("epoch")), "42\n");

  made->stop(10s);
  EXPECT_EQ(wait_for(*made, WorkerPhase::empty).epoch, Epoch{42});
  EXPECT_TRUE(is_gone(worker));
  EXPECT_THAT(manager.calls, ::testing::ElementsAre("start email-worker.service"));
}

TEST_F(SystemdHost, IsFencedInTimeWithNoWordFromAnybody) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  const auto deadline = BootClock::now() + 2s;
  ASSERT_TRUE(made->start(Epoch{42}, deadline));
  wait_for(*made, WorkerPhase::empty);
  EXPECT_LT(BootClock::now(), deadline);
}

TEST_F(SystemdHost, EmptyIsReportedOnlyWhenTheUnitsCgroupIsEmptyToo) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  say_populated(true);
  ASSERT_TRUE(made->start(Epoch{42}, BootClock::now() + 60s));
  pid_in(path("pid"));
  made->stop(10s);
  const auto empty = static_cast<std::uint64_t>(guard::GuardPhase::empty);
  const auto shared = page();
  ASSERT_TRUE(eventually([&] { return shared->phase.load() == empty; }));
  EXPECT_EQ(made->status().phase, WorkerPhase::stopping);
  EXPECT_THAT(made->status().sentence, HasSubstr("waiting for the last process"));
  say_populated(false);
  wait_for(*made, WorkerPhase::empty);
}

TEST_F(SystemdHost, WhosePageWasRemovedIsPreparedAgain) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  ASSERT_EQ(made->status().phase, WorkerPhase::armed);
  ASSERT_TRUE(std::filesystem::remove(path("mail.lease")));
  EXPECT_EQ(made->status().phase, WorkerPhase::absent) << "a guard would not find it";
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
  EXPECT_TRUE(std::filesystem::exists(path("mail.lease")));
}

TEST_F(SystemdHost, ANewAgentContinuesWithARunningUnit) {
  auto first = host(kWorker);
  ASSERT_TRUE(first->prepare(timings()));
  ASSERT_TRUE(first->start(Epoch{42}, BootClock::now() + 60s));
  first.reset();
  auto next = host(kWorker);
  EXPECT_EQ(next->status().phase, WorkerPhase::running);
  EXPECT_FALSE(next->prepare(timings())) << "workers still run";
  next->stop(10s);
  wait_for(*next, WorkerPhase::empty);
  manager.main.reset();
  EXPECT_TRUE(next->prepare(timings()));
}

TEST_F(SystemdHost, AUnitThatWeMayNotStartIsNotPreparedUntilWeMay) {
  auto made = host(kWorker);
  manager.refuses_control =
      Error{ErrorCode::host_failed, "StopUnit email-worker.service: access denied", "a rule"};
  EXPECT_FALSE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::broken);
  EXPECT_THAT(made->status().sentence, HasSubstr("access denied"));
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.refuses_control.reset();
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
}

TEST_F(SystemdHost, AStartThatTheBusRefusesLeavesNoOrderBehind) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.refuses_start =
      Error{ErrorCode::host_failed, "StartUnit: access denied", "a polkit rule"};
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), *manager.refuses_start);
  EXPECT_EQ(page()->go.load(), 0U);
}

/// The outcome of the start is unknown until the unit is seen idle. Then it is known that no
/// worker runs.
void expect_settled_by_an_idle_unit(ports::WorkerHost& host, FakeManager& manager) {
  EXPECT_EQ(host.status().phase, WorkerPhase::unknown);
  EXPECT_THAT(host.status().sentence, HasSubstr("may be starting"));
  EXPECT_FALSE(host.prepare(core::LeaseTimings{}));
  ASSERT_TRUE(eventually([&] { return host.status().phase == WorkerPhase::absent; }));
  EXPECT_EQ(manager.calls.back(), "stop email-worker.service");
}

TEST_F(SystemdHost, AStartWhoseAnswerIsLostIsSeenToRunOrIsUnknown) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.loses_answers = true;
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  // The guard takes the order, or finds it withdrawn. In neither case may it be reported as gone.
  const auto seen = made->status().phase;
  EXPECT_FALSE(core::is_known_empty(seen)) << core::name_of(seen);
  made->stop(0ms);
  ASSERT_TRUE(eventually([&] {
    if (!core::is_known_empty(made->status().phase)) return false;
    return !manager.main || manager.main->ended().has_value();
  })) << "the guard refuses, or ends what it started";
}

TEST_F(SystemdHost, AStartThatIsRefusedOrNeverComesIsUnknownUntilTheUnitIsSeenIdle) {
  auto refused = host(kWorker);
  ASSERT_TRUE(refused->prepare(timings()));
  manager.refuses_start = Error{ErrorCode::host_failed, "StartUnit: access denied", ""};
  ASSERT_FALSE(refused->start(Epoch{42}, BootClock::now() + 60s));
  expect_settled_by_an_idle_unit(*refused, manager);
  EXPECT_TRUE(refused->prepare(timings())) << "and all begins again";
}

TEST_F(SystemdHost, AStartOnABusThatFallsSilentStaysUnknown) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.refuses_start = Error{ErrorCode::host_failed, "StartUnit: no answer within 1 s", ""};
  manager.silent = true;
  ASSERT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  const auto tries = [&] { return std::ranges::count(manager.calls, "stop email-worker.service"); };
  while (tries() < 2) ASSERT_EQ(made->status().phase, WorkerPhase::unknown);
  manager.silent = false;
  EXPECT_TRUE(eventually([&] { return made->status().phase == WorkerPhase::absent; }));
}

TEST_F(SystemdHost, AStartWhoseUnitIsAtWorkStaysUnknownUntilThatEnds) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.refuses_start = Error{ErrorCode::host_failed, "StartUnit: no answer within 1 s", ""};
  ASSERT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.facts.active_state = "activating";
  const auto stops = [&] { return std::ranges::count(manager.calls, "stop email-worker.service"); };
  while (stops() < 2) ASSERT_EQ(made->status().phase, WorkerPhase::unknown);
  manager.facts.active_state = "inactive";
  EXPECT_TRUE(eventually([&] { return made->status().phase == WorkerPhase::absent; }));
}

TEST_F(SystemdHost, AStartThatNeverComesIsWithdrawnAndTheUnitStopped) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.starts_nothing = true;
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("did not start within"));
  EXPECT_EQ(page()->go.load(), 0U) << "a guard that comes late starts nothing";
  EXPECT_THAT(manager.calls,
              ::testing::ElementsAre("start email-worker.service", "stop email-worker.service"));
}

TEST_F(SystemdHost, AGuardThatFailsAtOnceIsReportedWithoutWaiting) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  manager.facts.exec_start.front().argv = {"/bin/sh", "-c", "exit 3"};
  const auto started = made->start(Epoch{42}, BootClock::now() + 60s);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().text, HasSubstr("failed before the guard armed"));
}

TEST_F(SystemdHost, AStartUnderALeaseThatIsAsGoodAsOverIsRefused) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 1ms));
  EXPECT_FALSE(std::filesystem::exists(path("pid")));
}

TEST_F(SystemdHost, AStopThatCannotReachTheGuardGoesThroughSystemd) {
  auto made = host(kWorker);
  ASSERT_TRUE(made->prepare(timings()));
  ASSERT_TRUE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.main->end(0ms);  // SIGTERM, and SIGKILL at once: no word of it in the page is certain
  page()->phase.store(static_cast<std::uint64_t>(guard::GuardPhase::running));
  made->stop(10s);
  EXPECT_THAT(manager.calls,
              ::testing::ElementsAre("start email-worker.service", "stop email-worker.service"));
}

TEST_F(SystemdHost, IsRefusedWithoutPrepareOrWhileTheUnitRunsWithoutUs) {
  auto made = host(kWorker);
  EXPECT_FALSE(made->start(Epoch{42}, BootClock::now() + 60s));
  manager.facts.active_state = "active";
  const auto prepared = made->prepare(timings());
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().text, HasSubstr("is active, and no lease of ours started it"));
}

TEST_F(SystemdHost, KeepsSayingWhyItCouldNotPrepareUntilItCan) {
  auto made = host(kWorker);
  manager.facts.load_state = "masked";
  ASSERT_FALSE(made->prepare(timings()));
  for (int look = 0; look < 2; ++look) {
    EXPECT_EQ(made->status().phase, WorkerPhase::broken);
    EXPECT_THAT(made->status().sentence, HasSubstr("LoadState is \"masked\""));
  }
  manager.facts.load_state = "loaded";
  ASSERT_TRUE(made->prepare(timings()));
  EXPECT_EQ(made->status().phase, WorkerPhase::armed);
}

}  // namespace
}  // namespace jobflip::host
