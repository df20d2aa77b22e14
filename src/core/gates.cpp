#include "jobflip/core/gates.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

std::string quoted(std::string_view text) {
  return printable(text, 300);
}

bool is_held_by(const PoolView& pool, const NodeName& node) {
  return pool.owner.state == OwnerState::held && pool.owner.holder == node;
}

bool is_fresh(const std::optional<Millis>& beat_age, const LeaseTimings& timings) {
  return beat_age && *beat_age <= beat_fresh_within(timings);
}

CandidateResult judge_candidate(const PoolView& pool, const CandidateView& c) {
  const auto no = [&](std::string text) { return CandidateResult{c.node, false, std::move(text)}; };
  if (is_held_by(pool, c.node)) return no("holds the pool");
  if (c.drained) return no("drained: " + quoted(c.drain_reason));
  if (!c.beat_age) return no("never seen");
  if (!is_fresh(c.beat_age, pool.settings.timings))
    return no("last beat " + short_duration(*c.beat_age) + " ago, at most " +
              short_duration(beat_fresh_within(pool.settings.timings)) + " wanted");
  if (!c.ready) return no("not ready: " + quoted(c.not_ready_reason));
  return {c.node, true, "ready, beat " + short_duration(*c.beat_age) + " ago"};
}

std::vector<CandidateView> by_preference(const PoolView& pool) {
  auto candidates = pool.candidates;
  std::ranges::stable_sort(candidates, [](const CandidateView& a, const CandidateView& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.node < b.node;
  });
  return candidates;
}

/// For a person no STALLED is needed: the text still says how it stands.
GateResult verdict_gate(const PoolView& pool, const FlipWish& wish) {
  const auto stalled = std::ranges::find_if(pool.queues, [](const QueueView& queue) {
    return queue.verdict == name_of(QueueState::stalled);
  });
  const bool seen = stalled != pool.queues.end();
  GateResult gate{Rule::verdict, wish.stalled_for.has_value() || (wish.manual && seen),
                  !wish.manual, ""};
  if (!gate.open)
    gate.text = pool.settings.queues.empty() ? "no queue is watched: nothing can be STALLED"
                                             : "no queue is STALLED: a flip would not help";
  else
    gate.text = seen ? "queue " + stalled->queue.str() + " is STALLED: " + quoted(stalled->reason)
                     : "a queue is STALLED";
  return gate;
}

GateResult hold_down_gate(const PoolView& pool, const FlipWish& wish) {
  const Millis wanted = pool.settings.hold_down;
  GateResult gate{Rule::hold_down, wish.stalled_for && *wish.stalled_for >= wanted, !wish.manual,
                  "not STALLED, " + short_duration(wanted) + " wanted"};
  if (wish.stalled_for)
    gate.text = "STALLED for " + short_duration(*wish.stalled_for) + ", " + short_duration(wanted) +
                " wanted";
  return gate;
}

GateResult pause_gate(const PoolView& pool, const FlipWish& wish) {
  if (!pool.pause) return {Rule::pause, true, !wish.manual, "not paused"};
  return {Rule::pause, false, !wish.manual,
          "paused for " + short_duration(pool.pause->left) + " more by " +
              quoted(pool.pause->actor) + ": " + quoted(pool.pause->reason)};
}

GateResult observe_gate(const PoolView& pool, const FlipWish& wish) {
  const bool automatic = pool.settings.mode == PoolMode::automatic;
  return {Rule::observe, automatic, !wish.manual,
          automatic ? "mode auto" : "mode observe: it only says what it would have done"};
}

GateResult flip_in_progress_gate(const PoolView& pool) {
  if (!pool.open_flip) return {Rule::flip_in_progress, true, true, "no flip in progress"};
  const FlipView& flip = *pool.open_flip;
  return {Rule::flip_in_progress, false, true,
          "flip " + std::to_string(flip.id.value) + " to " + flip.to.str() + " is " +
              std::string{name_of(flip.state)} + " since " + short_duration(flip.state_age)};
}

GateResult cooldown_gate(const PoolView& pool, const FlipWish& wish) {
  if (!pool.cooldown) return {Rule::cooldown, true, !wish.manual, "no cooldown"};
  const CooldownView& c = *pool.cooldown;
  std::string text = short_duration(c.left) + " left after flip " + std::to_string(c.flip.value);
  if (c.level > 0) text += " (ineffective flips in a row: " + std::to_string(c.level) + ")";
  return {Rule::cooldown, false, !wish.manual, std::move(text)};
}

GateResult budget_gate(const BudgetView& budget, const FlipWish& wish) {
  return {Rule::budget, budget.used < budget.settings.flips, !wish.manual,
          std::to_string(budget.used) + " of " + std::to_string(budget.settings.flips) +
              " automatic flips used within " + short_duration(budget.settings.window)};
}

std::string join(const std::vector<CandidateResult>& candidates) {
  std::string text;
  for (const auto& c : candidates)
    text += (text.empty() ? "" : "; ") + c.node.str() + ": " + c.text;
  return text;
}

GateResult target_gate(const FlipPlan& plan, const PoolView& pool, const FlipWish& wish) {
  const NodeName wanted = wish.to.empty() ? plan.target.value_or(NodeName{}) : wish.to;
  const auto found = std::ranges::find(plan.candidates, wanted, &CandidateResult::node);
  if (found != plan.candidates.end())
    return {Rule::target, found->eligible, true, wanted.str() + ": " + found->text};
  if (!wish.to.empty())
    return {Rule::target, false, true,
            wanted.str() + " is no candidate of pool " + pool.settings.name.str()};
  return {Rule::target, false, true, "no candidate can take over: " + join(plan.candidates)};
}

GateResult supervisor_late_gate(const FlipWish& wish) {
  return {Rule::supervisor_late, wish.supervisor_on_time, !wish.manual,
          wish.supervisor_on_time ? "the supervisor is on time"
                                  : "the supervisor itself was late: it must not judge others now"};
}

GateResult frozen_gate(const PoolView& pool) {
  if (!pool.frozen_for) return {Rule::frozen, true, true, "the store remembers everything"};
  return {Rule::frozen, false, true,
          "the store lost history: nobody takes anything for " + short_duration(*pool.frozen_for) +
              " more"};
}

/// Where nobody holds the pool a person may still say who takes it; by themselves the candidates
/// do.
GateResult holder_gate(const PoolView& pool, const FlipWish& wish) {
  const OwnerView& owner = pool.owner;
  const auto is = [](bool open, std::string text) {
    return GateResult{Rule::holder, open, true, std::move(text)};
  };
  if (owner.state != OwnerState::held) {
    const std::string last =
        owner.holder.empty() ? "" : " (the last was " + owner.holder.str() + ")";
    return is(wish.manual && wish.from.empty(), "nobody holds the pool" + last);
  }
  if (!wish.from.empty() && wish.from != owner.holder)
    return is(false, owner.holder.str() + " holds the pool, not " + wish.from.str());
  if (wish.host_is_off && is_fresh(owner.beat_age, pool.settings.timings))
    return is(false, owner.holder.str() + " beat " + short_duration(*owner.beat_age) +
                         " ago: it is not off");
  return is(true, owner.holder.str() + " holds the pool");
}

GateResult epoch_gate(const PoolView& pool) {
  return {Rule::epoch, true, true, "epoch " + std::to_string(pool.owner.epoch.value)};
}

}  // namespace

std::string_view name_of(Rule rule) noexcept {
  switch (rule) {
    case Rule::verdict:
      return "verdict";
    case Rule::hold_down:
      return "hold-down";
    case Rule::pause:
      return "pause";
    case Rule::observe:
      return "observe";
    case Rule::flip_in_progress:
      return "flip-in-progress";
    case Rule::cooldown:
      return "cooldown";
    case Rule::budget:
      return "budget";
    case Rule::target:
      return "target";
    case Rule::supervisor_late:
      return "supervisor-late";
    case Rule::frozen:
      return "frozen";
    case Rule::holder:
      return "holder";
    case Rule::epoch:
      return "epoch";
  }
  return "?";
}

Millis beat_fresh_within(const LeaseTimings& timings) {
  return 2 * timings.beat_every + timings.call_deadline;
}

std::vector<CandidateResult> judge_candidates(const PoolView& pool) {
  std::vector<CandidateResult> results;
  for (const auto& candidate : by_preference(pool))
    results.push_back(judge_candidate(pool, candidate));
  return results;
}

std::optional<NodeName> choose_target(const PoolView& pool) {
  for (const auto& candidate : judge_candidates(pool))
    if (candidate.eligible) return candidate.node;
  return std::nullopt;
}

const GateResult* FlipPlan::first_closed() const {
  const auto closed =
      std::ranges::find_if(gates, [](const GateResult& g) { return g.applies && !g.open; });
  return closed == gates.end() ? nullptr : &*closed;
}

bool FlipPlan::open() const {
  return first_closed() == nullptr;
}

FlipPlan plan_flip(const PoolView& pool, const BudgetView& budget, const FlipWish& wish) {
  FlipPlan plan;
  plan.candidates = judge_candidates(pool);
  if (wish.to.empty()) {
    plan.target = choose_target(pool);
  } else if (std::ranges::any_of(plan.candidates, [&](const CandidateResult& c) {
               return c.node == wish.to && c.eligible;
             })) {
    plan.target = wish.to;
  }
  plan.gates = {
      verdict_gate(pool, wish),  hold_down_gate(pool, wish),    pause_gate(pool, wish),
      observe_gate(pool, wish),  flip_in_progress_gate(pool),   cooldown_gate(pool, wish),
      budget_gate(budget, wish), target_gate(plan, pool, wish), supervisor_late_gate(wish),
      frozen_gate(pool),         holder_gate(pool, wish),       epoch_gate(pool)};
  return plan;
}

}  // namespace jobflip::core
