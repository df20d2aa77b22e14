// Faults of the links between a node and the store.
#include <fmt/format.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

std::string lasting(const std::string& node, int ms) {
  return fmt::format("{} for {:.1f} s", node, ms / 1000.0);
}

Strike cut(TestCluster& cluster, Rng& rng, Cut how) {
  const std::string node = draw_node(cluster, rng);
  const int ms = rng.between(300, 9000);
  cluster.network().cut(node, how);
  return {lasting(node, ms), ms, [&cluster, node] { cluster.network().heal(node); }};
}

Strike black_hole(TestCluster& cluster, Rng& rng) {
  return cut(cluster, rng, Cut::both);
}
Strike deaf(TestCluster& cluster, Rng& rng) {
  return cut(cluster, rng, Cut::incoming);
}
Strike mute(TestCluster& cluster, Rng& rng) {
  return cut(cluster, rng, Cut::outgoing);
}

Strike healed_by_itself(TestCluster& cluster, const std::string& node, const std::string& how,
                        int ms) {
  return {lasting(node + how, ms), ms, [&cluster, node] { cluster.wire(node).heal(); }};
}

Strike slow(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  const int up = rng.between(0, 450);
  const int down = rng.between(0, 450);
  cluster.wire(node).delay_up_ms = up;
  cluster.wire(node).delay_down_ms = down;
  return healed_by_itself(cluster, node, fmt::format(" by {} ms up and {} ms down", up, down),
                          rng.between(1000, 8000));
}

Strike late_answers(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  cluster.wire(node).hold_down = true;
  return healed_by_itself(cluster, node, "", rng.between(300, 8000));
}

Strike late_requests(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  cluster.wire(node).hold_up = true;
  return healed_by_itself(cluster, node, "", rng.between(300, 8000));
}

Strike cut_short(TestCluster& cluster, Rng& rng) {
  const std::string node = draw_node(cluster, rng);
  const int bytes = rng.one_in(2) ? 0 : rng.between(1, 600);
  cluster.wire(node).cut_after = bytes;
  return healed_by_itself(cluster, node, fmt::format(" after {} bytes", bytes),
                          rng.between(200, 5000));
}

}  // namespace

std::vector<Kind> wire_kinds(bool has_network) {
  std::vector<Kind> all{{"wire-slow", Touch::wire, slow},
                        {"answers-late", Touch::wire, late_answers},
                        {"requests-late", Touch::wire, late_requests},
                        {"answers-cut", Touch::wire, cut_short}};
  if (has_network) {
    all.push_back({"black-hole", Touch::wire, black_hole});
    all.push_back({"deaf", Touch::wire, deaf});
    all.push_back({"mute", Touch::wire, mute});
  }
  return all;
}

}  // namespace jobflip::faults
