/// The store is frozen in the middle of a flip, for longer than any lease and any deadline. Its
/// record must then match what happened.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

/// Every process of the site's PostgreSQL, the postmaster first.
std::vector<pid_t> server_processes(const Site& site) {
  std::vector<pid_t> all;
  std::ifstream file(site.folders().cluster + "/data/postmaster.pid");
  pid_t pid{};
  if (!(file >> pid)) return all;
  all.push_back(pid);
  const std::string id = std::to_string(pid);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  while (children >> pid) all.push_back(pid);
  return all;
}

void signal_all(const std::vector<pid_t>& processes, int signal) {
  for (const pid_t pid : processes) ::kill(pid, signal);
}

TEST(FrozenStore, TheRecordOfAFlipStaysTrueWhenTheStoreHangsInTheMiddle) {
  Site site;
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  site.start_supervisor("sup1");
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const std::string target = active == "job1" ? "job2" : "job1";
  ASSERT_TRUE(Site::within(20s, [&] {
    const auto pool = site.pool();
    return pool.ready_nodes == 2 && !pool.verdict.empty();
  })) << site.logs();
  ASSERT_EQ(::kill(site.workers_of(active).front().pid, SIGSTOP), 0);
  const auto flip = site.run(
      {"flip", "mail", "--to", target, "--reason", "its worker hangs", "--yes", "--no-wait"});
  ASSERT_EQ(flip.end.exit_code, 0) << flip.output;

  const Instant asked = BootClock::now();
  Site::within(1s, [&] { return BootClock::now() >= asked + 600ms; });
  const auto frozen = server_processes(site);
  ASSERT_GT(frozen.size(), 1U);
  signal_all(frozen, SIGSTOP);
  Site::within(25s, [&] { return BootClock::now() >= asked + 12s; });
  signal_all(frozen, SIGCONT);

  ASSERT_TRUE(Site::within(40s, [&] {
    const auto moves = site.moves();
    return !moves.empty() &&
           (moves.back().state == "verified" || moves.back().state == "failed" ||
            moves.back().state == "unverified" || moves.back().state == "ineffective");
  })) << site.logs();
  EXPECT_EQ(site.await_active(active), target) << site.logs();
  EXPECT_EQ(site.moves().back().state, "verified") << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

}  // namespace
}  // namespace jobflip::e2e
