// Faults of the store: down, frozen, promoted with lost commits, or on a wrong clock.
#include <fmt/format.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

std::string lasting(int ms) {
  return fmt::format("for {:.1f} s", ms / 1000.0);
}

Strike crash(TestCluster& cluster, Rng& rng) {
  const int down = rng.one_in(2) ? 0 : rng.between(200, 6000);
  cluster.store().crash();
  return {lasting(down), down, [&cluster] { cluster.store().start(); }};
}

Strike restart(TestCluster& cluster, Rng& rng) {
  const int down = rng.one_in(2) ? 0 : rng.between(200, 6000);
  cluster.store().stop();
  return {lasting(down), down, [&cluster] { cluster.store().start(); }};
}

Strike freeze(TestCluster& cluster, Rng& rng) {
  const int ms = rng.between(300, 7000);
  cluster.store().freeze();
  return {lasting(ms), ms, [&cluster] { cluster.store().thaw(); }};
}

Strike kill_session(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  const auto rows = cluster.ask("select pid from pg_stat_activity where usename = '" + node +
                                "' and backend_type = 'client backend' limit 1");
  if (!rows || rows->empty()) return {"of " + node + ": not connected", 0, [] {}, false};
  cluster.store().kill_backend(static_cast<pid_t>(std::stol(rows->front().front())));
  return {"of " + node, 0, [] {}};
}

/// Nothing reaches the replica any more. A flip is requested now, so that its take is lost.
Strike promote(TestCluster& cluster, Rng& rng) {
  const auto before = cluster.read();
  cluster.store().hold_replication();
  ask_for_flip(cluster, "one whose flip will be lost");
  const bool lost_a_take = wait_until(cluster, 3000, [&] {
    const auto now = cluster.read();
    return before && now && now->epoch > before->epoch;
  });
  wait_for(cluster, rng.between(0, 800));
  const int branch = cluster.store().branches();
  cluster.store().promote();
  return {lost_a_take ? "a take was lost" : "commits were lost", 0, [&cluster, branch] {
            cluster.store().ask_the_dead(
                [&](const std::string& conninfo) { cluster.export_branch(branch, conninfo); });
            cluster.store().make_replica();
          }};
}

Strike shift(TestCluster& cluster, int seconds, int ms) {
  cluster.store().shift_clock(seconds);
  return {fmt::format("{:+d} s {}", seconds, lasting(ms)), ms,
          [&cluster] { cluster.store().shift_clock(0); }};
}

Strike clock_forward(TestCluster& cluster, Rng& rng) {
  const int seconds = rng.between(4, 30);
  return shift(cluster, seconds, rng.between(500, 7000));
}

Strike clock_back(TestCluster& cluster, Rng& rng) {
  const int seconds = rng.between(4, 30);
  return shift(cluster, -seconds, rng.between(500, 7000));
}

}  // namespace

std::vector<Kind> store_kinds(bool has_clock) {
  std::vector<Kind> all{{"store-crashed", Touch::store, crash},
                        {"store-restarted", Touch::store, restart},
                        {"store-held", Touch::store, freeze},
                        {"session-killed", Touch::store, kill_session},
                        {"promotion", Touch::store, promote}};
  if (has_clock) {
    all.push_back({"clock-forward", Touch::clock, clock_forward});
    all.push_back({"clock-back", Touch::clock, clock_back});
  } else {
    fmt::print("faults: SKIPPED: the store's clock: libfaketime is missing: scripts/setup\n");
  }
  return all;
}

}  // namespace jobflip::faults
