#pragma once
/// A campaign: fault after fault on one cluster, drawn from a seed. After each fault the cluster
/// must recover without help, and at the end the judge checks all the evidence.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faults/checker.hpp"
#include "faults/kinds.hpp"
#include "faults/scheduling_stalls.hpp"

namespace jobflip::faults {

struct CampaignSettings {
  double minutes{3};
  std::uint64_t seed{1};
  std::vector<std::string> only;  // kinds; empty: all
  std::string evidence;           // a new folder
};

/// The results of the faults of one kind.
struct Tally {
  int faults{};
  int at_a_step{};     // while a flip was under way
  double longest_s{};  // from the end of the fault until a node works again
};

struct Outcome {
  std::map<std::string, Tally> kinds;
  std::map<std::string, int> steps;  // flip step -> faults that hit it
  int pairs{};                       // rounds with two faults at once
  double minutes{};
  std::vector<Violation> violations;
  std::vector<std::string> others;  // not recovered, crashed, a broken chain, evidence unreadable
  std::vector<std::string> voided;  // overlaps while the whole machine was stalled
  int flips{};
  int takes{};
  int branches{};
  std::size_t ticks{};
  std::size_t commits{};
  int refused{};
  Overlaps overlaps;
  std::vector<SchedulingStall> scheduling_stalls;
};

Outcome run_campaign(const CampaignSettings& settings);

/// Reads the evidence again and judges it. Also works on the folder of an earlier run.
void judge(const std::string& evidence, bool ended, Outcome& outcome);

/// Prints the tables and the last line. Returns true if nothing is wrong.
bool report(const Outcome& outcome, const std::string& evidence);

}  // namespace jobflip::faults
