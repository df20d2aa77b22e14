#pragma once
/// Everything that the parts of a simulated fleet share: time, chance, the store, the hosts and
/// their processes, the network between them, and the violations seen.

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "sim/coverage.hpp"
#include "sim/host_clock.hpp"
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
  bool frozen{false};  // none of its processes run; its clock does
  Nanos frozen_at{};
  // There is no way to the store until then, in one of three ways.
  Nanos cut_until{};
  Nanos deaf_until{};
  Nanos refused_until{};
  /// Of the host's wall clock, which no decision may read.
  Nanos wall_offset{};
  Uuid instance;                                 // of this boot
  std::map<NodeName, core::SeenOfStore> seen{};  // in the runtime folder
  /// Of the workers here, as far as the store's answers give it.
  Instant right_until;
};

/// The story of a world: either its last lines are kept, or all of them are printed as they come.
class Trace {
 public:
  enum class Mode { off, last_lines, print };
  Mode mode{Mode::off};
  void say(Nanos now, const std::string& line);
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::deque<std::string> lines_;
};

struct World {
  World(const Recipe& recipe, Trace::Mode mode);

  Mutant mutant;
  Chance chance;
  Plan plan;
  Timeline time;
  FakeDatabase database;
  Nanos store_clock_offset{0};
  Nanos store_clock_highest{0};  // the highest time it has shown since the world began
  Nanos store_down_until{0};
  bool faults_on{true};
  bool one_sleeps_for_ever{false};  // a worker sleeps in the kernel
  Trace trace;
  std::string violation;  // the first one, by the name of its rule
  Coverage coverage;
  int uuids{0};
  int store_lives{0};  // sessions of an earlier life are gone

  void count(Fault fault) { ++coverage.faults[static_cast<std::size_t>(fault)]; }
  double chance_of(Fault fault) const {
    return faults_on ? plan.chance[static_cast<std::size_t>(fault)] : 0.0;
  }
  bool happens(Fault fault);
  void violate(const std::string& rule, const std::string& what);
  /// The checks for which the daemons would abort. Skipped if a mutant changes the state outside
  /// of the steps.
  void must_hold(const std::string& who, const std::string& violated);
  template <class... Parts>
  void say(const Parts&... parts) {
    if (trace.mode == Trace::Mode::off) return;
    std::string line;
    (line.append(parts), ...);
    trace.say(time.now, line);
  }
  Uuid next_uuid();
  WallTime wall_time(Nanos offset) const;
  void set_store_clock();
  bool store_answers(const Host& host) const;
};

}  // namespace jobflip::sim
