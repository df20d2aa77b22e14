// What the kinds share, and the mistakes of operators.
#include "faults/kinds.hpp"

#include <poll.h>

#include <iterator>

#include "faults/scheduling_stalls.hpp"

namespace jobflip::faults {
namespace {

Strike two_people_flip(TestCluster& cluster, Rng& rng) {
  const auto reading = cluster.read();
  const std::string from = reading && !reading->holder.empty() ? reading->holder : rng.pick(kNodes);
  for (const char* who : {"ann", "bob"})
    cluster.verb_aside({"flip", "mail", "--from", from, "--reason",
                        std::string{who} + " saw it too", "--yes", "--no-wait"});
  return {"from " + from, 0, [] {}};
}

Strike flip_to_and_fro(TestCluster& cluster, Rng& rng) {
  const std::string to = rng.pick(kNodes);
  cluster.verb_aside({"flip", "mail", "--to", to, "--reason", "and back", "--yes", "--no-wait"});
  return {"to " + to, 0, [] {}};
}

}  // namespace

void ask_for_flip(TestCluster& cluster, const std::string& who) {
  cluster.verb_aside({"flip", "mail", "--reason", "asked for by " + who, "--yes", "--no-wait"});
}

std::string draw_node(TestCluster& cluster, Rng& rng) {
  const std::string any = rng.pick(kNodes);
  const bool active = !rng.one_in(4);
  if (!active) return any;
  const auto reading = cluster.read();
  return reading && !reading->holder.empty() ? reading->holder : any;
}

bool wait_until(TestCluster& cluster, int at_most_ms, const std::function<bool()>& holds) {
  const std::int64_t give_up = boot_ns() + at_most_ms * 1'000'000L;
  while (!holds()) {
    if (boot_ns() >= give_up) return false;
    cluster.tend();
    ::poll(nullptr, 0, 10);
  }
  return true;
}

void wait_for(TestCluster& cluster, int ms) {
  wait_until(cluster, ms, [] { return false; });
}

std::vector<Kind> kinds(TestCluster& cluster) {
  std::vector<Kind> all{{"two-people-flip", Touch::people, two_people_flip},
                        {"flip-by-hand", Touch::people, flip_to_and_fro}};
  for (auto more : {process_kinds(), file_kinds(), store_kinds(cluster.store().has_clock()),
                    wire_kinds(cluster.has_network())})
    std::ranges::move(more, std::back_inserter(all));
  return all;
}

}  // namespace jobflip::faults
