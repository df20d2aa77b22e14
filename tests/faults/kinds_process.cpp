// Faults of processes: they are killed or stopped for a while.
#include <fmt/format.h>
#include <signal.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

constexpr int kHeadStartMs = 150;

std::string lasting(const std::string& whom, int ms) {
  return fmt::format("{} for {:.1f} s", whom, ms / 1000.0);
}

Strike kill_daemon(TestCluster& cluster, const std::string& name, int down_ms) {
  if (const pid_t pid = cluster.pid_of(name); pid > 1) {
    cluster.expect_end(name);
    if (down_ms > 0) cluster.keep_down(name);
    ::kill(pid, SIGKILL);
  }
  return {lasting(name, down_ms), down_ms, [&cluster, name] { cluster.let_up(name); }};
}

/// A fault that finds no target doesn't count.
Strike nobody(const std::string& whom) {
  return {whom + ": not running", 0, [] {}, false};
}

Strike kill_all(const std::string& whom, const std::vector<pid_t>& pids) {
  if (pids.empty()) return nobody(whom);
  for (const pid_t pid : pids) ::kill(pid, SIGKILL);
  return {whom, 0, [] {}};
}

/// When a fault is healed, its pid may belong to another process.
bool still_ours(TestCluster& cluster, pid_t pid) {
  for (const auto& node : kNodes)
    for (const pid_t one : cluster.all_of(node))
      if (one == pid) return true;
  for (const auto& name : kSupervisors)
    if (cluster.pid_of(name) == pid) return true;
  return false;
}

Strike hold(TestCluster& cluster, const std::string& whom, std::vector<pid_t> pids, int ms) {
  if (pids.empty()) return nobody(whom);
  for (const pid_t pid : pids) ::kill(pid, SIGSTOP);
  return {lasting(whom, ms), ms, [&cluster, pids = std::move(pids)] {
            for (const pid_t pid : pids)
              if (still_ours(cluster, pid)) ::kill(pid, SIGCONT);
          }};
}

/// Sometimes shorter than a lease (3 s), sometimes longer.
int some_time(Rng& rng) {
  return rng.one_in(2) ? rng.between(200, 2500) : rng.between(3000, 8000);
}

/// A node with workers, if there is one.
std::string draw_busy(TestCluster& cluster, Rng& rng) {
  std::vector<std::string> busy;
  for (const auto& node : kNodes)
    if (!cluster.workers_of(node).empty()) busy.push_back(node);
  return rng.pick(busy.empty() ? kNodes : busy);
}

Strike kill_agent(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  return kill_daemon(cluster, node, rng.one_in(2) ? 0 : rng.between(100, 6000));
}

Strike stop_agent(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  return hold(cluster, node, {cluster.pid_of(node)}, some_time(rng));
}

Strike kill_guard(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_busy(cluster, rng);
  return kill_all(node, cluster.guards_of(node));
}

Strike stop_guard(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_busy(cluster, rng);
  return hold(cluster, node, cluster.guards_of(node), some_time(rng));
}

Strike kill_worker(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_busy(cluster, rng);
  return kill_all(node, cluster.workers_of(node));
}

Strike stop_worker(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_busy(cluster, rng);
  return hold(cluster, node, cluster.workers_of(node), some_time(rng));
}

Strike kill_supervisor(TestCluster& cluster, Rng& rng) {
  return kill_daemon(cluster, rng.pick(kSupervisors), rng.one_in(2) ? 0 : rng.between(100, 6000));
}

Strike stop_supervisor(TestCluster& cluster, Rng& rng) {
  const std::string name = rng.pick(kSupervisors);
  return hold(cluster, name, {cluster.pid_of(name)}, some_time(rng));
}

Strike cut_power(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  const int down = rng.one_in(3) ? 0 : rng.between(500, 8000);
  cluster.expect_end(node);
  if (down > 0) cluster.keep_down(node);
  for (const pid_t pid : cluster.all_of(node)) ::kill(pid, SIGKILL);
  return {lasting(node, down), down, [&cluster, node] { cluster.let_up(node); }};
}

Strike freeze_host(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_busy(cluster, rng);
  const int ms = rng.between(3500, 9000);
  if (cluster.workers_of(node).empty()) return nobody(node);
  // Twice, because a process may have been starting another one.
  for (int round = 0; round < 2; ++round)
    for (const pid_t pid : cluster.all_of(node)) ::kill(pid, SIGSTOP);
  // In a third of the cases all wake at once, in a third the workers wake first, and in a third
  // the guard stays stopped for a moment longer. Then only the fence stands between a stale worker
  // and a commit.
  const int way = rng.between(0, 2);
  return {lasting(node, ms), ms, [&cluster, node, way] {
            const auto workers = cluster.workers_of(node);
            const auto all = cluster.all_of(node);
            cluster.thawed(node);
            if (way > 0)
              for (const pid_t pid : workers) ::kill(pid, SIGCONT);
            if (way == 2) wait_for(cluster, kHeadStartMs);
            for (const pid_t pid : all) ::kill(pid, SIGCONT);
          }};
}

}  // namespace

std::vector<Kind> process_kinds() {
  return {{"agent-killed", Touch::process, kill_agent},
          {"agent-held", Touch::process, stop_agent},
          {"guard-killed", Touch::process, kill_guard},
          {"guard-held", Touch::process, stop_guard},
          {"worker-killed", Touch::process, kill_worker},
          {"worker-held", Touch::process, stop_worker},
          {"supervisor-killed", Touch::process, kill_supervisor},
          {"supervisor-held", Touch::process, stop_supervisor},
          {"power-cut", Touch::process, cut_power},
          {"host-frozen", Touch::process, freeze_host}};
}

}  // namespace jobflip::faults
