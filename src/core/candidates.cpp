/// Which candidate takes a pool over, of those that can.
#include <algorithm>

#include "core/restart_first.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::core {
namespace {

CandidateResult judge_candidate(const PoolView& pool, const CandidateView& c) {
  const std::string crashing =
      c.crashes > 0 ? ", in a crash loop (" + std::to_string(c.crashes) + " ends)" : "";
  if (is_held_by(pool, c.node)) return {c.node, false, "holds the pool" + crashing};
  CandidateResult result = judge_taker(pool, c);
  if (result.eligible) result.text += crashing;
  return result;
}

std::vector<CandidateView> by_preference(const PoolView& pool) {
  auto candidates = pool.candidates;
  std::ranges::stable_sort(candidates, [](const CandidateView& a, const CandidateView& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.node < b.node;
  });
  return candidates;
}

}  // namespace

const CandidateView* find_crashing_holder(const PoolView& pool) noexcept {
  if (pool.owner.state != OwnerState::held) return nullptr;
  const auto found = std::ranges::find(pool.candidates, pool.owner.holder, &CandidateView::node);
  return found != pool.candidates.end() && found->crashes > 0 ? &*found : nullptr;
}

std::vector<CandidateResult> judge_candidates(const PoolView& pool) {
  std::vector<CandidateResult> results;
  for (const auto& candidate : by_preference(pool)) {
    auto& result = results.emplace_back(judge_candidate(pool, candidate));
    result.priority = candidate.priority;
    result.crashes = candidate.crashes;
  }
  return results;
}

namespace {

/// What told `one` from `other`, as choose_target() decides: "priority 10, job3 has 20".
std::string difference(const CandidateResult& one, const CandidateResult& other) {
  if (one.crashes > 0 && other.crashes == 0) return "a crash loop";
  if (one.crashes == 0 && other.crashes > 0) return other.node.str() + " is in a crash loop";
  const std::string priority = "priority " + std::to_string(one.priority);
  if (one.priority != other.priority)
    return priority + ", " + other.node.str() + " has " + std::to_string(other.priority);
  return priority + " as " + other.node.str() + ", and the name decides";
}

}  // namespace

void explain_choice(std::vector<CandidateResult>& candidates, const NodeName& target, bool asked) {
  const auto chosen = std::ranges::find(candidates, target, &CandidateResult::node);
  const CandidateResult* runner_up = nullptr;
  for (CandidateResult& one : candidates) {
    if (!one.eligible || one.node == target) continue;
    if (runner_up == nullptr || (runner_up->crashes > 0 && one.crashes == 0)) runner_up = &one;
    one.text += asked ? "; not chosen: " + target.str() + " was asked for"
                      : "; not chosen: " + difference(one, *chosen);
  }
  chosen->text += asked                  ? "; chosen: it was asked for"
                  : runner_up == nullptr ? "; chosen: no other can take over"
                                         : "; chosen: " + difference(*chosen, *runner_up);
}

// A candidate in a crash loop comes last, even if it is preferred: the pool's workers crash on it.
// It is still chosen if there is no other, or if an operator names it.
std::optional<NodeName> choose_target(const PoolView& pool) {
  std::optional<NodeName> crashing;
  for (const auto& candidate : by_preference(pool)) {
    if (!judge_candidate(pool, candidate).eligible) continue;
    if (candidate.crashes == 0) return candidate.node;
    if (!crashing) crashing = candidate.node;
  }
  return crashing;
}

}  // namespace jobflip::core
