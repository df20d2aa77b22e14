#pragma once
/// What goes wrong in one seed, and how often.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "jobflip/core/settings.hpp"
#include "sim/mutants.hpp"
#include "sim/timeline.hpp"

namespace jobflip::sim {

enum class Fault {
  call_lost,
  answer_lost,
  call_late,
  answer_late,
  call_twice,
  partition,          // nothing arrives, nothing is answered
  partition_deaf,     // what is sent arrives, and no answer comes back
  partition_refused,  // an error at once
  agent_crash,
  agent_stop,
  agent_pause,
  supervisor_crash,
  supervisor_pause,
  supervisor_dies_at_step,  // of a flip
  host_crash,
  host_pause,
  guard_crash,
  store_outage,
  store_crash,
  promotion,
  store_clock_forward,
  store_clock_back,
  node_clock_step,  // of the wall clock, which no decision reads
  clock_drift,      // of the boot clock
  worker_hang,
  worker_ignores_term,
  worker_slow_to_end,
  worker_unkillable,  // in uninterruptible sleep
  worker_crash,
  worker_holds_row,  // a fenced transaction that can't be ended
  start_failure,
  person_flip,
  two_people_flip,
  person_abort,
  person_pause,
  person_drain,
  person_says_off,
  person_changes_pool,
};
inline constexpr std::array<std::string_view, 38> kFaultNames{
    "call_lost",           "answer_lost",
    "call_late",           "answer_late",
    "call_twice",          "partition",
    "partition_deaf",      "partition_refused",
    "agent_crash",         "agent_stop",
    "agent_pause",         "supervisor_crash",
    "supervisor_pause",    "supervisor_dies_at_step",
    "host_crash",          "host_pause",
    "guard_crash",         "store_outage",
    "store_crash",         "promotion",
    "store_clock_forward", "store_clock_back",
    "node_clock_step",     "clock_drift",
    "worker_hang",         "worker_ignores_term",
    "worker_slow_to_end",  "worker_unkillable",
    "worker_crash",        "worker_holds_row",
    "start_failure",       "person_flip",
    "two_people_flip",     "person_abort",
    "person_pause",        "person_drain",
    "person_says_off",     "person_changes_pool"};
inline constexpr std::size_t kFaults = kFaultNames.size();
static_assert(static_cast<std::size_t>(Fault::person_changes_pool) + 1 == kFaults);

struct Plan {
  std::array<double, kFaults> chance{};  // of a call, a start, a worker; 0 where the kind is off
  std::array<Nanos, kFaults> every{};    // mean wait of what comes by itself; 0: never
  Nanos faults_until{};
  Nanos must_be_well_by{};
  core::PoolSettings pool;
  core::LeaseTimings supervisor_timings;
  core::BudgetSettings budget;
  Nanos longest_late{};  // of a late call or answer
  Nanos longest_step{};  // of a wall clock
  double clock_rates{};  // how far boot clocks are off at most
};

/// What is run: the same one twice is the same world.
struct Recipe {
  std::uint64_t seed{1};
  Mutant mutant{Mutant::none};
  std::vector<Fault> only;        // these kinds and often; empty: as the seed draws them
  double clock_rate_factor{1.0};  // over 1: clocks are worse than the promise allows
};

/// Every seed draws which kinds it has and how often, so that rare pairs meet.
Plan draw_plan(Chance& chance, const Recipe& recipe);

std::optional<Fault> parse_fault(std::string_view name);

}  // namespace jobflip::sim
