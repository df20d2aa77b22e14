// What the kinds share, and the faults of people.
#include "faults/kinds.hpp"

#include <poll.h>

#include <iterator>

#include "faults/slips.hpp"

namespace jobflip::faults {
namespace {

Strike two_people_flip(Ground& ground, Rng& rng) {
  const auto reading = ground.read();
  const std::string from = reading && !reading->holder.empty() ? reading->holder : rng.pick(kNodes);
  for (const char* who : {"ann", "bob"})
    ground.verb_aside({"flip", "mail", "--from", from, "--reason", std::string{who} + " saw it too",
                       "--yes", "--no-wait"});
  return {"from " + from, 0, [] {}};
}

Strike flip_to_and_fro(Ground& ground, Rng& rng) {
  const std::string to = rng.pick(kNodes);
  ground.verb_aside({"flip", "mail", "--to", to, "--reason", "and back", "--yes", "--no-wait"});
  return {"to " + to, 0, [] {}};
}

}  // namespace

void ask_for_flip(Ground& ground, const std::string& who) {
  ground.verb_aside({"flip", "mail", "--reason", "asked for by " + who, "--yes", "--no-wait"});
}

std::string draw_node(Ground& ground, Rng& rng) {
  const std::string any = rng.pick(kNodes);
  const bool active = !rng.one_in(4);
  if (!active) return any;
  const auto reading = ground.read();
  return reading && !reading->holder.empty() ? reading->holder : any;
}

bool wait_until(Ground& ground, int at_most_ms, const std::function<bool()>& holds) {
  const std::int64_t give_up = boot_ns() + at_most_ms * 1'000'000L;
  while (!holds()) {
    if (boot_ns() >= give_up) return false;
    ground.tend();
    ::poll(nullptr, 0, 10);
  }
  return true;
}

void wait_for(Ground& ground, int ms) {
  wait_until(ground, ms, [] { return false; });
}

std::vector<Kind> kinds(Ground& ground) {
  std::vector<Kind> all{{"two-people-flip", Touch::people, two_people_flip},
                        {"flip-by-hand", Touch::people, flip_to_and_fro}};
  for (auto more : {process_kinds(), file_kinds(), store_kinds(ground.store().has_clock()),
                    wire_kinds(ground.has_network())})
    std::ranges::move(more, std::back_inserter(all));
  return all;
}

}  // namespace jobflip::faults
