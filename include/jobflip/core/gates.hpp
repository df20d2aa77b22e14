#pragma once
/// May this pool be flipped now, and where to? Each gate is a rule of core/refusals.hpp with its
/// figures in words; `explain`, `--dry-run` and the supervisor use the same ones. The store checks
/// again what it can see itself.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/refusals.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct GateResult {
  Rule rule{};
  bool allows{false};
  bool applies{true};  // false: a person overrides it (cooldown, budget, verdict, ...)
  std::string text;    // "STALLED for 4.1s, 30s wanted"
};

/// Why a candidate can or can't take the pool over; the first failed rule names it.
struct CandidateResult {
  NodeName node;
  bool eligible{false};
  std::string text;  // "ready, beat 0.4s ago" or "drained by ops: disk"
};

std::vector<CandidateResult> judge_candidates(const PoolView& pool);

/// The preferred eligible candidate that is not the holder; empty where there is none.
std::optional<NodeName> choose_target(const PoolView& pool);

/// The holder, if it is in a crash loop: then nothing moves although its node sends beats, and
/// perhaps no queue is STALLED. Else nullptr.
const CandidateView* find_crashing_holder(const PoolView& pool) noexcept;

/// What a flip is wanted for.
struct FlipIntent {
  bool manual{false};
  NodeName from;  // as --from says; empty: whoever holds
  NodeName to;    // as --to says; empty: chosen
  bool host_is_off{false};
  std::optional<Millis> stalled_for;  // automatic: how long the pool has been STALLED
  bool supervisor_on_time{true};
};

struct FlipPlan {
  std::vector<GateResult> gates;  // every rule, in the order of the enum
  std::vector<CandidateResult> candidates;
  std::optional<NodeName> target;
  bool allowed() const;  // every gate that applies allows it
  const GateResult* first_block() const;
};

FlipPlan plan_flip(const PoolView& pool, const BudgetView& budget, const FlipIntent& intent);

}  // namespace jobflip::core
