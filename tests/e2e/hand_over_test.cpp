/// The lease moves from node to node: by hand, on SIGTERM, after a crash. Two nodes must never
/// work at once: every test ends by checking the workers' own traces.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kDone = 0;
constexpr int kRefused = 3;
constexpr int kIncomplete = 5;

class HandOver : public ::testing::Test {
 protected:
  void SetUp() override { make_site({}); }

  void make_site(const SiteSettings& settings) { site_ = std::make_unique<Site>(settings); }
  Site& site() { return *site_; }

  /// Starts the agents of all nodes. Returns the name of the one that became active.
  std::string start_all() {
    for (const char* node : {"job1", "job2", "job3"}) site().start_agent(node);
    const std::string active = site().await_active();
    EXPECT_NE(active, "") << site().logs();
    EXPECT_TRUE(Site::within(10s, [&] { return site().pool().ready_nodes == 3; }));
    return active;
  }

  /// Any node except `node`.
  static std::string another(const std::string& node) { return node == "job2" ? "job3" : "job2"; }

  void TearDown() override {
    if (!site_) return;
    EXPECT_EQ(Site::overlap(site().traces()), "");
    EXPECT_EQ(site().run({"audit", "verify"}).end.exit_code, kDone);
    if (HasFailure()) std::fputs(site().logs().c_str(), stderr);
  }

 private:
  std::unique_ptr<Site> site_;
};

TEST_F(HandOver, FlipByHandWorksWithNoSupervisorAlive) {
  const std::string active = start_all();
  const std::string target = another(active);
  const auto flip = site().run({"flip", "mail", "--to", target, "--reason", "by hand", "--yes"});
  EXPECT_EQ(flip.end.exit_code, kIncomplete) << "no supervisor was running to verify it:\n"
                                             << flip.output;
  EXPECT_EQ(site().pool().holder, target);
  EXPECT_TRUE(site().workers_of(active).empty());
  EXPECT_FALSE(site().workers_of(target).empty());
}

TEST_F(HandOver, WorkersThatAreKilledAreStartedAgainUnderTheSameLease) {
  const std::string active = start_all();
  const auto epoch = site().pool().epoch;
  const auto worker = site().workers_of(active).front().pid;
  ASSERT_EQ(::kill(worker, SIGKILL), 0);
  EXPECT_TRUE(Site::within(10s, [&] {
    const auto now = site().workers_of(active);
    return !now.empty() && now.front().pid != worker;
  })) << site().logs();
  EXPECT_EQ(site().pool().epoch, epoch);
}

TEST_F(HandOver, WorkersThatAreKilledAreTakenOverByAnotherNodeIfThePoolWantsThat) {
  make_site({.pool = "when_workers_end = \"hand-over\"\n"});
  const std::string active = start_all();
  ASSERT_EQ(::kill(site().workers_of(active).front().pid, SIGKILL), 0);
  EXPECT_NE(site().await_active(active), "") << site().logs();
  EXPECT_TRUE(site().workers_of(active).empty());
}

TEST_F(HandOver, FlipByHandIsVerifiedByASupervisor) {
  const std::string active = start_all();
  site().start_supervisor("sup1");
  site().start_supervisor("sup2");
  ASSERT_TRUE(Site::within(15s, [&] { return !site().pool().verdict.empty(); })) << site().logs();
  const auto flip = site().run({"flip", "mail", "--from", active, "--reason", "by hand", "--yes"});
  EXPECT_EQ(flip.end.exit_code, kDone) << flip.output;
  const auto moves = site().moves();
  ASSERT_FALSE(moves.empty());
  EXPECT_EQ(moves.back().state, "verified");
  EXPECT_NE(site().pool().holder, active);
}

TEST_F(HandOver, FlipFromTheWrongNodeIsRefusedAndChangesNothing) {
  const std::string active = start_all();
  const auto epoch = site().pool().epoch;
  const auto flip =
      site().run({"flip", "mail", "--from", another(active), "--reason", "by hand", "--yes"});
  EXPECT_EQ(flip.end.exit_code, kRefused) << flip.output;
  EXPECT_EQ(site().pool().holder, active);
  EXPECT_EQ(site().pool().epoch, epoch);
}

TEST_F(HandOver, SigtermOfTheActiveAgentHandsOverWithoutWaitingForTheLease) {
  const std::string active = start_all();
  const auto epoch = site().pool().epoch;
  site().daemon(active).send(SIGTERM);
  const Instant begin = BootClock::now();
  EXPECT_NE(site().await_active(active, 15s), "") << site().logs();
  EXPECT_LT(BootClock::now() - begin, 3s)
      << "this took as long as a lease: the lease was not released";
  const auto end = site().daemon(active).wait(10s);
  ASSERT_TRUE(end.has_value()) << "the agent did not end";
  EXPECT_EQ(end->exit_code, kDone);
  EXPECT_GT(site().pool().epoch, epoch);
}

TEST_F(HandOver, KilledAgentContinuesUnderTheSameLeaseAndItsWorkersNeverNotice) {
  const std::string active = start_all();
  const auto epoch = site().pool().epoch;
  const auto workers = site().workers_of(active);
  site().daemon(active).send(SIGKILL);
  site().daemon(active).wait(5s);
  site().start_agent(active);
  // Wait longer than a lease: the workers would be gone by now if the new agent hadn't continued.
  const Instant until = BootClock::now() + 4500ms;
  while (BootClock::now() < until) {
    ASSERT_EQ(site().pool().epoch, epoch);
    ASSERT_EQ(site().workers_of(active), workers);
  }
  EXPECT_EQ(site().pool().holder, active);
}

TEST_F(HandOver, DeadHostIsTakenOverWithNoSupervisorAlive) {
  const std::string active = start_all();
  const auto epoch = site().pool().epoch;
  site().cut_power(active);
  const Instant begin = BootClock::now();
  const std::string next = site().await_active(active, 20s);
  EXPECT_NE(next, "") << site().logs();
  EXPECT_GE(BootClock::now() - begin, 2s) << "it was taken over before the lease can have run out";
  EXPECT_GT(site().pool().epoch, epoch);
}

TEST_F(HandOver, HungAgentIsFencedByItsGuardBeforeAnotherNodeWorks) {
  const std::string active = start_all();
  site().daemon(active).send(SIGSTOP);
  EXPECT_NE(site().await_active(active, 20s), "") << site().logs();
  EXPECT_TRUE(site().workers_of(active).empty());
  site().daemon(active).send(SIGCONT);
  EXPECT_TRUE(Site::within(10s, [&] { return site().pool().ready_nodes == 3; })) << site().logs();
  EXPECT_TRUE(site().workers_of(active).empty()) << "it woke up and kept working";
}

TEST_F(HandOver, DrainedNodeIsPassedOver) {
  const std::string active = start_all();
  const std::string drained = another(active);
  ASSERT_EQ(site().run({"drain", drained, "--reason", "disk"}).end.exit_code, kDone);
  const auto flip = site().run({"flip", "mail", "--to", drained, "--reason", "x", "--yes"});
  EXPECT_EQ(flip.end.exit_code, kRefused) << flip.output;
  site().cut_power(active);
  const std::string next = site().await_active(active, 20s);
  EXPECT_NE(next, "") << site().logs();
  EXPECT_NE(next, drained);
}

TEST_F(HandOver, PauseStopsATakeoverUntilItIsResumed) {
  const std::string active = start_all();
  const auto paused = site().run({"pause", "mail", "--for", "10m", "--reason", "upgrade"});
  ASSERT_EQ(paused.end.exit_code, kDone) << paused.output;
  site().cut_power(active);
  EXPECT_EQ(site().await_active(active, 7s), "") << "taken over during a pause";
  ASSERT_EQ(site().run({"resume", "mail"}).end.exit_code, kDone);
  EXPECT_NE(site().await_active(active, 15s), "") << site().logs();
}

}  // namespace
}  // namespace jobflip::e2e
