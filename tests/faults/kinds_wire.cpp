// Faults of the wires between a node and the store.
#include <fmt/format.h>

#include "faults/kinds.hpp"

namespace jobflip::faults {
namespace {

std::string lasting(const std::string& node, int ms) {
  return fmt::format("{} for {:.1f} s", node, ms / 1000.0);
}

Strike cut(Ground& ground, Rng& rng, Cut how) {
  const std::string node = draw_node(ground, rng);
  const int ms = rng.between(300, 9000);
  ground.network().cut(node, how);
  return {lasting(node, ms), ms, [&ground, node] { ground.network().heal(node); }};
}

Strike black_hole(Ground& ground, Rng& rng) {
  return cut(ground, rng, Cut::both);
}
Strike deaf(Ground& ground, Rng& rng) {
  return cut(ground, rng, Cut::incoming);
}
Strike mute(Ground& ground, Rng& rng) {
  return cut(ground, rng, Cut::outgoing);
}

Strike healed_by_itself(Ground& ground, const std::string& node, const std::string& how, int ms) {
  return {lasting(node + how, ms), ms, [&ground, node] { ground.wire(node).heal(); }};
}

Strike slow(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  const int up = rng.between(0, 450);
  const int down = rng.between(0, 450);
  ground.wire(node).delay_up_ms = up;
  ground.wire(node).delay_down_ms = down;
  return healed_by_itself(ground, node, fmt::format(" by {} ms up and {} ms down", up, down),
                          rng.between(1000, 8000));
}

Strike late_answers(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  ground.wire(node).hold_down = true;
  return healed_by_itself(ground, node, "", rng.between(300, 8000));
}

Strike late_requests(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  ground.wire(node).hold_up = true;
  return healed_by_itself(ground, node, "", rng.between(300, 8000));
}

Strike cut_short(Ground& ground, Rng& rng) {
  const std::string node = draw_node(ground, rng);
  const int bytes = rng.one_in(2) ? 0 : rng.between(1, 600);
  ground.wire(node).cut_after = bytes;
  return healed_by_itself(ground, node, fmt::format(" after {} bytes", bytes),
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
