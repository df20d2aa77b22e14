#pragma once
/// What goes wrong in one seed, and how often.

#include <array>
#include <cstdint>
#include <vector>

#include "jobflip/core/settings.hpp"
#include "sim/fault.hpp"
#include "sim/mutants.hpp"
#include "sim/timeline.hpp"

namespace jobflip::sim {

struct Plan {
  std::array<double, kFaults> chance{};  // for each call, start or worker; 0 if the kind is off
  std::array<Nanos, kFaults> every{};    // mean wait between faults of the kind; 0: never
  bool on(Fault fault) const {
    const auto i = static_cast<std::size_t>(fault);
    return chance[i] > 0 || every[i] > Nanos{0};
  }
  bool keeps() const { return pool.when_store_lost == core::WhenStoreLost::keep; }
  Nanos faults_until{};
  Nanos must_be_well_by{};
  core::PoolSettings pool;
  core::LeaseTimings supervisor_timings;
  core::BudgetSettings budget;
  Nanos longest_late{};  // the longest delay of a call or an answer
  Nanos longest_step{};  // the largest step of a wall clock
  double clock_rates{};  // the largest error of a boot clock's rate
};

/// The input of a run: the same recipe always gives the same world.
struct Recipe {
  std::uint64_t seed{1};
  Mutant mutant{Mutant::none};
  std::vector<Fault> only;        // only these kinds, and often; empty: as the seed draws them
  double clock_rate_factor{1.0};  // over 1: clocks are worse than the promise allows
};

/// Every seed draws which kinds it has and how often, so that rare pairs also occur together.
Plan draw_plan(Chance& chance, const Recipe& recipe);

}  // namespace jobflip::sim
