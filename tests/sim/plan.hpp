#pragma once
/// What goes wrong in one seed, how often, and which known mistake is built in on purpose.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "jobflip/core/settings.hpp"
#include "sim/timeline.hpp"

namespace jobflip::sim {

enum class Fault {
  call_lost,
  answer_lost,
  call_late,
  answer_late,
  partition,
  agent_crash,
  agent_stop,
  agent_pause,
  supervisor_crash,
  supervisor_pause,
  host_crash,
  host_pause,
  store_outage,
  store_crash,
  promotion,
  clock_step,
  worker_hang,
  worker_ignores_term,
  worker_crash,
  start_failure,
  person_flip,
  person_abort,
  person_pause,
  person_drain,
  person_says_off,
};
inline constexpr std::array<std::string_view, 25> kFaultNames{
    "call_lost",   "answer_lost",  "call_late",           "answer_late",      "partition",
    "agent_crash", "agent_stop",   "agent_pause",         "supervisor_crash", "supervisor_pause",
    "host_crash",  "host_pause",   "store_outage",        "store_crash",      "promotion",
    "clock_step",  "worker_hang",  "worker_ignores_term", "worker_crash",     "start_failure",
    "person_flip", "person_abort", "person_pause",        "person_drain",     "person_says_off"};
inline constexpr std::size_t kFaults = kFaultNames.size();

/// Mistakes that the checks must find: a test of the test.
enum class Mutant {
  none,
  deadline_from_reply,    // the holder counts from the answer, not from before the question
  no_guard,               // nobody but the agent ends the workers
  take_without_watching,  // a candidate claims a watch that it did not keep
  release_before_empty,   // the agent releases while workers still run
  no_freeze,              // takes go on at once after lost history
};
inline constexpr std::array<std::string_view, 6> kMutantNames{
    "none",     "deadline_from_reply", "no_guard", "take_without_watching", "release_before_empty",
    "no_freeze"};

struct Plan {
  std::array<double, kFaults> chance{};  // of a call, a start, a worker; 0 where the kind is off
  std::array<Nanos, kFaults> every{};    // mean wait of what comes by itself; 0: never
  Nanos faults_until{};
  Nanos must_be_well_by{};
  core::PoolSettings pool;
  core::LeaseTimings supervisor_timings;
  core::BudgetSettings budget;
  Nanos longest_late{};  // of a late call or answer
  Nanos longest_step{};  // of the store's wall clock
};

/// Every seed draws which kinds it has and how often, so that rare pairs meet.
Plan draw_plan(Chance& chance);

/// These kinds, often, and no other.
void keep_only(Plan& plan, const std::vector<Fault>& faults);

/// Ends the process where there is no fault of the name.
Fault parse_fault(std::string_view name);

inline Mutant parse_mutant(std::string_view name) {
  for (std::size_t i = 0; i < kMutantNames.size(); ++i)
    if (kMutantNames[i] == name) return static_cast<Mutant>(i);
  return Mutant::none;
}

}  // namespace jobflip::sim
