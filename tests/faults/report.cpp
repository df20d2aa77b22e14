// The judge's report: what a campaign did, what it found, and the summary line.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "faults/campaign.hpp"
#include "faults/cluster_settings.hpp"

namespace jobflip::faults {
namespace {

int count(const Outcome& outcome, Rule rule) {
  return static_cast<int>(std::ranges::count(outcome.violations, rule, &Violation::rule));
}

/// If the whole machine was stalled for longer than a guard may be late, an overlap proves
/// nothing, neither way.
void set_voided_apart(Outcome& outcome) {
  outcome.voided.clear();
  std::erase_if(outcome.violations, [&](const Violation& one) {
    if (one.rule != Rule::overlap) return false;
    const auto stall = stall_before(outcome.scheduling_stalls, one.at);
    if (stall <= kGuardMarginNs) return false;
    outcome.voided.push_back(
        fmt::format("{} (the machine was stalled for {} ms)", one.text, stall / 1'000'000));
    return true;
  });
}

void print_tables(const Outcome& outcome) {
  fmt::print("\n{:<32} {:>6} {:>14} {:>18}\n", "kind", "faults", "at a flip step",
             "longest recovery");
  for (const auto& [name, tally] : outcome.kinds)
    fmt::print("{:<32} {:>6} {:>14} {:>16.1f} s\n", name, tally.faults, tally.at_a_step,
               tally.longest_s);
  fmt::print("\nflip steps that were hit:");
  for (const auto& [step, times] : outcome.steps) fmt::print(" {} {}", step, times);
  std::int64_t longest = 0;
  for (const SchedulingStall& stall : outcome.scheduling_stalls)
    longest = std::max(longest, stall.length);
  fmt::print("\n{} rounds with two faults at once; {} histories of the store\n", outcome.pairs,
             outcome.branches);
  fmt::print("{} takes, {} ticks and {} commits of workers, {} fences refused\n", outcome.takes,
             outcome.ticks, outcome.commits, outcome.refused);
  fmt::print(
      "workers that woke up with their whole node: {} ticks, the last {} ms after the thaw\n",
      outcome.overlaps.woken_ticks, outcome.overlaps.longest_woken / 1'000'000);
  fmt::print("the whole machine was stalled {} times for 50 ms or more, {} ms at most\n",
             outcome.scheduling_stalls.size(), longest / 1'000'000);
}

}  // namespace

void judge(const std::string& evidence, bool ended, Outcome& outcome) {
  try {
    const Evidence all = read_evidence(evidence);
    outcome.violations = check(all, ended);
    outcome.overlaps = check_overlaps(all.workers, all.thaws);
    outcome.flips = outcome.takes = outcome.refused = 0;
    outcome.ticks = outcome.commits = 0;
    for (const Event& event : all_events(all.branches)) {
      if (event.chain != "mail") continue;
      if (event.kind == "flip_requested") ++outcome.flips;
      if (event.kind == "lease_taken" || event.kind == "takeover") ++outcome.takes;
    }
    for (const auto& file : all.workers) {
      outcome.ticks += file.ticks.size();
      outcome.commits += file.acknowledged.size();
      outcome.refused += file.refused;
    }
    outcome.branches = static_cast<int>(all.branches.size());
    set_voided_apart(outcome);
  } catch (const std::runtime_error& error) {
    outcome.others.push_back(std::string{"evidence: "} + error.what());
  }
}

bool report(const Outcome& outcome, const std::string& evidence) {
  print_tables(outcome);
  int faults = 0;
  for (const auto& [name, tally] : outcome.kinds) faults += tally.faults;
  for (const auto& one : outcome.violations)
    fmt::print("VIOLATION: {}: {}\n", describe(one.rule), one.text);
  for (const auto& one : outcome.others) fmt::print("VIOLATION: {}\n", one);
  for (const auto& one : outcome.voided) fmt::print("VOID: {}\n", one);
  const bool good = outcome.violations.empty() && outcome.others.empty();
  if (!good || !outcome.voided.empty()) fmt::print("the evidence is in {}\n", evidence);
  fmt::print("{:.1f} minutes\n", outcome.minutes);
  fmt::print("faults: {} flips, {} faults of {} kinds, {} overlaps, {} stale commits, {} lost\n",
             outcome.flips, faults, outcome.kinds.size(), count(outcome, Rule::overlap),
             count(outcome, Rule::stale_commit), count(outcome, Rule::lost));
  return good;
}

}  // namespace jobflip::faults
