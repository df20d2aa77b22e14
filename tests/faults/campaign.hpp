#pragma once
/// Draws faults from a seed, makes them, and waits for the pool to work again after each. At the
/// end the evidence is judged.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faults/field.hpp"
#include "faults/kinds.hpp"

namespace jobflip::faults {

struct CampaignSettings {
  Millis length{180'000};
  std::uint64_t seed{1};
  std::vector<std::string> only;  // kinds; empty: all
};

struct Outcome {
  std::map<std::string, int> faults;  // by kind
  std::int64_t flips{};
  std::int64_t takes{};
  std::int64_t holdings{};
  std::int64_t jobs{};
  std::int64_t commits{};
  Millis longest_recovery{};
  Millis longest_slip{};  // of this machine: what a thread that sleeps 10 ms was late by
  Findings findings;
  std::vector<std::string> lost;
  std::vector<std::string> stuck;  // the pool did not work again in time

  int count() const;
  bool clean() const { return findings.clean() && lost.empty() && stuck.empty(); }
};

/// Kinds by name; throws std::runtime_error where one is not known.
std::vector<Kind> kinds_of(const std::vector<std::string>& only);

/// Runs in `folder`, which keeps the evidence and the logs.
Outcome run_campaign(const CampaignSettings& settings, const std::string& folder);

/// The table by kind, what was found, and the last line.
std::string report_of(const Outcome& outcome);

}  // namespace jobflip::faults
