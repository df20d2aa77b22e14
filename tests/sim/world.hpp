#pragma once
/// Everything that the parts of a simulated fleet share: time, chance, the store, hosts and their
/// processes, the network between them, what was seen to go wrong.

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "sim/plan.hpp"
#include "sim/timeline.hpp"
#include "support/fake_store.hpp"

namespace jobflip::sim {

using jobflip::test::FakeDatabase;
using jobflip::test::FakeRows;

struct Host {
  NodeName name;
  HostClock clock;
  bool up{true};
  bool frozen{false};  // no process of it runs; its clock does
  Nanos frozen_at{};
  Nanos cut_until{};    // no way to the store before
  Uuid instance;        // of this boot
  Instant right_until;  // of the workers here, by what the store accepted
};

class Trace {
 public:
  bool on{false};
  void say(Nanos now, std::string line);
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::deque<std::string> lines_;
};

struct World {
  World(std::uint64_t seed_of_it, Mutant with, bool traced);

  std::uint64_t seed;
  Mutant mutant;
  Chance chance;
  Plan plan;
  Timeline time;
  FakeDatabase database;
  Nanos store_clock_offset{0};
  Nanos store_clock_highest{0};  // what it ever showed, since the world began
  Nanos store_down_until{0};
  bool faults_on{true};
  Trace trace;
  std::string violation;  // the first one
  std::array<std::int64_t, kFaults> counts{};
  int uuids{0};

  void count(Fault fault) { ++counts[static_cast<std::size_t>(fault)]; }
  double chance_of(Fault fault) const {
    return faults_on ? plan.chance[static_cast<std::size_t>(fault)] : 0.0;
  }
  bool happens(Fault fault);
  void violate(const std::string& what);
  template <class... Parts>
  void say(const Parts&... parts) {
    if (!trace.on) return;
    std::string line;
    (line.append(parts), ...);
    trace.say(time.now, std::move(line));
  }
  Uuid next_uuid();
  void set_store_clock();
  bool store_answers(const Host& host) const;
};

}  // namespace jobflip::sim
