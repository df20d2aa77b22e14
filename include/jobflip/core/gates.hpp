#pragma once
/// May this pool be flipped now, and to which node? Each gate is a rule of core/refusals.hpp, with
/// a text that has the figures. `explain`, `--dry-run` and the supervisor use the same gates. The
/// store checks every rule again that its own data can decide. If the pool restarts first, an
/// automatic flip may be a restart: its target is the holder, and no other node has to be ready.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/pool_judgement.hpp"
#include "jobflip/core/refusals.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

struct GateResult {
  Rule rule{};
  bool allows{false};
  bool applies{true};  // false: a person overrides it (cooldown, budget, verdict, ...)
  std::string text;    // "STALLED for 4.1s, 30s wanted"
};

/// Whether a candidate can take the pool over, and why. If several rules forbid it, the text names
/// the first.
struct CandidateResult {
  NodeName node;
  bool eligible{false};
  std::string text;   // "ready, beat 0.4s ago" or "drained by ops: disk"
  int priority{100};  // the lower comes first
  int crashes{0};     // exits of its workers in the current crash loop: it comes last then
};

std::vector<CandidateResult> judge_candidates(const PoolView& pool);

/// Adds to the texts of those that can take over why `target` was preferred: "; chosen: priority
/// 10, job3 has 20". `asked`: a person named it.
void explain_choice(std::vector<CandidateResult>& candidates, const NodeName& target, bool asked);

/// The preferred eligible candidate other than the holder; empty if there is none.
std::optional<NodeName> choose_target(const PoolView& pool);

/// The holder, if it is in a crash loop; otherwise nullptr. Its node sends beats and no job makes
/// progress, though perhaps no queue is STALLED.
const CandidateView* find_crashing_holder(const PoolView& pool) noexcept;

/// Which flip is wanted, and who wants it.
struct FlipIntent {
  bool manual{false};
  NodeName from;  // --from; empty: any holder
  NodeName to;    // --to; empty: choose_target decides
  bool host_is_off{false};
  std::optional<Millis> stalled_for;  // automatic: how long the pool has been STALLED
  bool supervisor_on_time{true};
  PoolJudgement judgement{};  // automatic: why the pool is stuck; Cause::none: not judged
  std::string not_yet{};      // automatic: why the supervisor wants none yet; "": nothing known
};

struct FlipPlan {
  std::vector<GateResult> gates;  // every rule, in the order of the enum
  std::vector<CandidateResult> candidates;
  std::optional<NodeName> target;
  bool restart{false};        // the target is the holder
  std::string about_restart;  // why, or why a flip comes first; "" if the pool does not ask for it
  bool allowed() const;       // every gate that applies allows it
  const GateResult* first_block() const;
  /// Of those that block, the one that a person has to know of: not the hold-down, which passes, if
  /// another blocks too.
  const GateResult* deciding_block() const;
};

FlipPlan plan_flip(const PoolView& pool, const BudgetView& budget, const FlipIntent& intent);

}  // namespace jobflip::core
