#pragma once
/// What a run has covered: a fault that never came, or a step of a flip that was never made,
/// proves nothing about safety.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/flip.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "sim/plan.hpp"

namespace jobflip::sim {

struct Coverage {
  std::array<std::int64_t, kFaults> faults{};
  std::map<std::pair<core::FlipState, core::FlipEvent>, std::int64_t> transitions;
  std::map<std::pair<core::TakeOutcome, std::string>, std::int64_t> takes;
  std::map<core::ReleaseOutcome, std::int64_t> releases;
  std::map<core::BlackBoxReply, std::int64_t> captures;
  std::int64_t captures_without_end{};               // flips that went on without the capture
  std::map<core::FlipState, std::int64_t> restarts;  // by how they ended
  std::int64_t flips_after_restarts{};               // that did not cure
  std::map<core::FlipState, std::int64_t> supervisor_deaths;  // by the step just made
  std::map<std::string, std::int64_t> checks;                 // how often each rule was checked
  std::int64_t reordered{};  // calls that the store executed after a later one
  /// Epochs given below a lost one when no lock was left: the promise does not cover these.
  std::int64_t epochs_below{};
  /// Leases that had run out and were not renewed at once, because the store might have lost
  /// another node's take.
  std::int64_t renewals_put_off{};
  /// How often, and for how long at most, workers ran beside others when the promise does not
  /// cover it.
  struct Beside {
    std::int64_t times{};
    Nanos longest{};
    void add(const Beside& other);
  };
  Beside beside_a_pause;    // of a host that was paused
  Beside beside_kept;       // of a pool that keeps its workers: the fence excludes
  Beside beside_an_escape;  // a process that its guard could not end

  void add(const Coverage& other);
};

/// As text, for people.
std::string describe(const Coverage& coverage);

/// The names of everything that was never covered; empty if everything was.
std::vector<std::string> find_gaps(const Coverage& coverage);

}  // namespace jobflip::sim
