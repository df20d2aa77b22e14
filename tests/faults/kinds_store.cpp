// Faults of the store: gone, still, promoted with lost commits, on a wrong clock.
#include <fmt/format.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

std::string lasting(int ms) {
  return fmt::format("for {:.1f} s", ms / 1000.0);
}

Strike crash(Ground& ground, Rng& rng) {
  const int down = rng.one_in(2) ? 0 : rng.between(200, 6000);
  ground.store().crash();
  return {lasting(down), down, [&ground] { ground.store().start(); }};
}

Strike restart(Ground& ground, Rng& rng) {
  const int down = rng.one_in(2) ? 0 : rng.between(200, 6000);
  ground.store().stop();
  return {lasting(down), down, [&ground] { ground.store().start(); }};
}

Strike freeze(Ground& ground, Rng& rng) {
  const int ms = rng.between(300, 7000);
  ground.store().freeze();
  return {lasting(ms), ms, [&ground] { ground.store().thaw(); }};
}

Strike kill_session(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  const auto rows = ground.ask("select pid from pg_stat_activity where usename = '" + node +
                               "' and backend_type = 'client backend' limit 1");
  if (!rows || rows->empty()) return {"of " + node + ": nobody is there", 0, [] {}, false};
  ground.store().kill_backend(static_cast<pid_t>(std::stol(rows->front().front())));
  return {"of " + node, 0, [] {}};
}

/// While nothing reaches the replica any more, a flip is asked for: its take is what gets lost.
Strike promote(Ground& ground, Rng& rng) {
  const auto before = ground.read();
  ground.store().hold_replication();
  ask_for_flip(ground, "one whose flip will be lost");
  const bool lost_a_take = wait_until(ground, 3000, [&] {
    const auto now = ground.read();
    return before && now && now->epoch > before->epoch;
  });
  wait_for(ground, rng.between(0, 800));
  const int branch = ground.store().branches();
  ground.store().promote();
  return {lost_a_take ? "a take was lost" : "commits were lost", 0, [&ground, branch] {
            ground.store().ask_the_dead(
                [&](const std::string& conninfo) { ground.export_branch(branch, conninfo); });
            ground.store().make_replica();
          }};
}

Strike shift(Ground& ground, int seconds, int ms) {
  ground.store().shift_clock(seconds);
  return {fmt::format("{:+d} s {}", seconds, lasting(ms)), ms,
          [&ground] { ground.store().shift_clock(0); }};
}

Strike clock_forward(Ground& ground, Rng& rng) {
  const int seconds = rng.between(4, 30);
  return shift(ground, seconds, rng.between(500, 7000));
}

Strike clock_back(Ground& ground, Rng& rng) {
  const int seconds = rng.between(4, 30);
  return shift(ground, -seconds, rng.between(500, 7000));
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
