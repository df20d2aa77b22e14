/// Any one process of a site is killed, or stopped for good. A node must work again, two must
/// never work at once, and afterwards the pool can be flipped by hand as before.
#include <gtest/gtest.h>
#include <signal.h>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

struct Hit {
  const char* role;
  int signal;
};

void PrintTo(const Hit& hit, std::ostream* out) {
  *out << hit.role << (hit.signal == SIGKILL ? " killed" : " stopped");
}

class AnyOneProcess : public ::testing::TestWithParam<Hit> {
 protected:
  void SetUp() override {
    for (const char* node : {"job1", "job2", "job3"}) site_.start_agent(node);
    for (const char* name : {"sup1", "sup2"}) site_.start_supervisor(name);
    active_ = site_.await_active();
    ASSERT_NE(active_, "") << site_.logs();
    ASSERT_TRUE(Site::within(15s, [&] {
      const auto pool = site_.pool();
      return pool.ready_nodes == 3 && !pool.verdict.empty();
    })) << site_.logs();
    standby_ = active_ == "job1" ? "job2" : "job1";
  }

  void TearDown() override {
    EXPECT_EQ(Site::overlap(site_.traces()), "");
    if (HasFailure()) std::fputs(site_.logs().c_str(), stderr);
  }

  /// The daemon that plays the role; "" if the role is not a daemon's.
  std::string daemon_of(const std::string& role) const {
    if (role == "agent") return active_;
    if (role == "standby agent") return standby_;
    if (role == "supervisor") return "sup1";
    return "";
  }

  pid_t pid_of(const std::string& role) {
    if (const auto name = daemon_of(role); !name.empty()) return site_.daemon(name).pid();
    const auto workers = site_.workers_of(active_);
    if (workers.empty()) return 0;
    return role == "worker" ? workers.front().pid : workers.front().parent;
  }

  std::size_t lines() { return site_.traces().size(); }

  Site site_;
  std::string active_;
  std::string standby_;
};

TEST_P(AnyOneProcess, LeavesAPoolThatWorksAgainAndCanBeFlipped) {
  const Hit hit = GetParam();
  const pid_t pid = pid_of(hit.role);
  ASSERT_GT(pid, 1);
  ASSERT_EQ(::kill(pid, hit.signal), 0);
  const bool stopped_worker = hit.role == std::string{"worker"} && hit.signal == SIGSTOP;
  const std::size_t before = lines();
  if (!stopped_worker) {  // a stopped worker needs a flip, which follows below
    EXPECT_TRUE(Site::within(25s, [&] { return lines() > before + 20; })) << site_.logs();
  }

  if (const auto name = daemon_of(hit.role); !name.empty()) {
    if (hit.signal == SIGSTOP) {
      ASSERT_EQ(::kill(pid, SIGCONT), 0);
    } else {
      site_.daemon(name).wait(5s);
      name.starts_with("sup") ? site_.start_supervisor(name) : site_.start_agent(name);
    }
  }
  const std::string holder = site_.await_active();
  ASSERT_NE(holder, "");
  ASSERT_TRUE(Site::within(20s, [&] { return site_.pool().ready_nodes == 3; })) << site_.logs();
  const auto flip = site_.run({"flip", "mail", "--reason", "after the fault", "--yes"});
  EXPECT_EQ(flip.end.exit_code, 0) << flip.output;
  EXPECT_NE(site_.pool().holder, holder);
  EXPECT_TRUE(site_.workers_of(holder).empty());
  const std::size_t after = lines();
  EXPECT_TRUE(Site::within(10s, [&] { return lines() > after; }));
}

INSTANTIATE_TEST_SUITE_P(EachRole, AnyOneProcess,
                         ::testing::Values(Hit{"agent", SIGKILL}, Hit{"agent", SIGSTOP},
                                           Hit{"guard", SIGKILL}, Hit{"guard", SIGSTOP},
                                           Hit{"worker", SIGKILL}, Hit{"worker", SIGSTOP},
                                           Hit{"standby agent", SIGKILL},
                                           Hit{"standby agent", SIGSTOP},
                                           Hit{"supervisor", SIGKILL}, Hit{"supervisor", SIGSTOP}));

}  // namespace
}  // namespace jobflip::e2e
