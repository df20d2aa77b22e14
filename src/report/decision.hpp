#pragma once
/// The evidence of a flip or a hold (core/evidence.hpp), read for a page. Whoever may request a
/// flip may have written any other object: what does not read as evidence is left out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/core/queue_state.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostOfAList = 50;

struct DecisionGate {
  std::string rule;
  bool allows{false};
  bool applies{true};
  std::string text;
};

struct DecisionCandidate {
  std::string node;
  bool eligible{false};
  std::string text;
  std::optional<std::int64_t> priority;  // empty: recorded by an older version
  std::int64_t crashes{0};
};

struct DecisionQueue {
  std::string queue;
  std::string verdict;
  std::optional<Millis> verdict_age;
  std::optional<Millis> window;
  std::optional<Millis> quiet;
  std::string reason;
  bool is_stuck() const;
};

struct Decision {
  bool automatic{false};
  std::string holder;
  std::string asked_from;
  std::string asked_to;
  std::string target;
  bool restart{false};
  std::vector<DecisionGate> gates;
  std::vector<DecisionCandidate> candidates;
  std::vector<DecisionQueue> queues;
  std::int64_t left_out{0};  // gates, candidates and queues that are recorded and not in here
};

/// Empty if the document is not evidence.
std::optional<Decision> read_decision(std::string_view document);

/// Why this candidate was not chosen, or was: "priority 100, and job2 has 50: the lower one comes
/// first". Requires: `one` is of the decision.
std::string why_chosen_or_not(const Decision& decision, const DecisionCandidate& one);

/// How long the stuck queue had been stuck that was so first; empty if none was.
std::optional<Millis> stuck_for(const Decision& decision);

}  // namespace jobflip::report
