/// A whole host is frozen, like a virtual machine that is paused. Its workers wake up after
/// another node has taken over, and long before their guard does: only the fence stands between
/// them and a commit.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

constexpr int kSoon = 40'000;  // ms

struct EvidenceFolder {
  std::string path{"/tmp/jobflip-frozen-" + std::to_string(::getpid())};
  ~EvidenceFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

std::int64_t commits_under(TestCluster& cluster, std::int64_t epoch) {
  const auto rows =
      cluster.ask("select count(*) from app.done where epoch = " + std::to_string(epoch));
  return rows ? std::stoll(rows->at(0).at(0)) : -1;
}

/// The cluster's state once a node other than `not_this` commits work.
std::optional<Reading> await_work(TestCluster& cluster, const std::string& not_this = "") {
  std::optional<Reading> reading;
  const bool works = wait_until(cluster, kSoon, [&] {
    cluster.ask(
        "insert into app.item (made_at) select clock_timestamp() where "
        "(select count(*) from app.item where done_serial is null) < 40");
    reading = cluster.read();
    return reading && !reading->holder.empty() && reading->holder != not_this &&
           commits_under(cluster, reading->epoch) > 10;
  });
  return works ? reading : std::nullopt;
}

TEST(FrozenHost, CommitsNothingWhenItsWorkersWakeAfterATakeover) {
  const EvidenceFolder evidence;
  TestCluster cluster{evidence.path};
  const auto before = await_work(cluster);
  ASSERT_TRUE(before.has_value());
  const auto node = before->holder;
  const auto host = cluster.all_of(node);
  ASSERT_GE(host.size(), 3u) << "agent, guard and worker";
  for (const pid_t pid : host) ::kill(pid, SIGSTOP);
  ASSERT_TRUE(await_work(cluster, node).has_value()) << "no node took over";
  const auto committed = commits_under(cluster, before->epoch);

  for (const pid_t pid : cluster.workers_of(node)) ::kill(pid, SIGCONT);
  wait_until(cluster, 5000, [&] {
    return cluster.workers_of(node).empty() || commits_under(cluster, before->epoch) > committed;
  });
  for (const pid_t pid : host) ::kill(pid, SIGCONT);
  EXPECT_TRUE(wait_until(cluster, kSoon, [&] { return cluster.workers_of(node).empty(); }));
  EXPECT_EQ(commits_under(cluster, before->epoch), committed);
  EXPECT_TRUE(await_work(cluster, node).has_value()) << "the new node must continue";
}

}  // namespace
}  // namespace jobflip::faults
