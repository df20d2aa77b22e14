#include <algorithm>
#include <cstdint>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::core::supervisor {
namespace {

/// After the store refused a flip that all gates here allowed, the next request waits this long.
constexpr Millis kRestAfterRefusal{2000};
constexpr std::size_t kMostReason = 1900;  // the store takes 2,000 bytes

std::string stalled() {
  return std::string{name_of(QueueState::stalled)};
}

/// Unique: the random part of this process's run, and a count. kApart keeps it apart from other ids
/// that are made from the same run.
Uuid next_request(SupervisorState& s) {
  constexpr std::int64_t kApart = 0xF000'0000'0000;
  return numbered(s.run, kApart + ++s.requests);
}

std::string stall_reason(const PoolWatch& watch) {
  for (const auto& [name, queue] : watch.queues)
    if (queue.flip_may_help)
      return "queue " + name.str() + " is " + std::string{name_of(queue.detector.state)} + ": " +
             with_cause(queue.reason, watch.judgement);
  return "the pool is STALLED";
}

struct Held {
  std::string rule;
  std::string text;
};

/// What mode auto would have done: the move, or another gate would have blocked it.
std::string observe_text(const FlipPlan& plan, const PoolView& view) {
  const auto other = std::ranges::find_if(plan.gates, [](const GateResult& gate) {
    return gate.applies && !gate.allows && gate.rule != Rule::observe;
  });
  if (other != plan.gates.end())
    return "mode observe; in mode auto it would be held by " + std::string{name_of(other->rule)} +
           ": " + other->text;
  const std::string holder = view.owner.holder.str();
  const std::string move =
      plan.restart ? "restarted the workers on " + holder
                   : "flipped from " + holder + " to " + plan.target.value_or(NodeName{}).str();
  return "mode observe: it would have " + move;
}

/// The first gate that blocks the flip, if any.
std::optional<Held> find_hold(const FlipPlan& plan, const PoolView& view) {
  const GateResult* block = plan.first_block();
  if (block == nullptr) return std::nullopt;
  return Held{std::string{name_of(block->rule)},
              block->rule == Rule::observe ? observe_text(plan, view) : block->text};
}

void record_hold(Step& step, PoolWatch& watch, const PoolView& view, const Evidence& evidence,
                 const Held& held) {
  SupervisorState& s = step.state;
  const PoolName& pool = view.settings.name;
  if (watch.held_by == held.rule) return;
  watch.held_by = held.rule;
  std::erase_if(s.holds, [&](const HoldRecord& hold) { return hold.pool == pool; });
  const std::string reason = held.text + "; " + stall_reason(watch);
  s.holds.push_back({s.self, *s.epoch, pool, held.rule, printable(reason, kMostReason),
                     evidence_json(evidence, kMaxHoldEvidenceBytes)});
  step.log(LogEventKind::held, watch, stalled(),
           "flip of pool " + pool.str() + " held by " + held.rule + ": " + reason);
}

void want_flip(Step& step, PoolWatch& watch, const PoolView& view, const Evidence& evidence) {
  const FlipPlan& plan = evidence.plan;
  SupervisorState& s = step.state;
  const PoolName& pool = view.settings.name;
  const auto known = std::ranges::find(s.wanted, pool, &FlipRequest::pool);
  if (known != s.wanted.end()) {
    if (known->expected_epoch == view.owner.epoch && known->to == *plan.target) return;
    s.wanted.erase(known);
  }
  if (step.now < watch.not_before) return;
  watch.held_by.clear();
  FlipRequest request;
  request.request = next_request(s);
  request.pool = pool;
  request.from = view.owner.holder;
  request.to = *plan.target;
  request.expected_epoch = view.owner.epoch;
  request.by = Requester{s.self, *s.epoch, ""};
  const std::string first = plan.restart ? "restart first: " : "";
  request.reason = printable(first + stall_reason(watch), kMostReason);
  request.stalled = true;
  request.evidence = evidence_json(evidence);
  const std::string move =
      plan.restart ? "restart of pool " + pool.str() + " on "
                   : "flip of pool " + pool.str() + " from " + request.from.str() + " to ";
  step.log(LogEventKind::flip_wanted, watch, stalled(),
           "requesting a " + move + request.to.str() + ": " + request.reason);
  s.wanted.push_back(std::move(request));
}

}  // namespace

void forget_intent(SupervisorState& state, const PoolName& pool) {
  std::erase_if(state.wanted, [&](const FlipRequest& request) { return request.pool == pool; });
}

void decide(Step& step, PoolWatch& watch, const PoolView& view) {
  SupervisorState& s = step.state;
  const PoolName& pool = view.settings.name;
  if (view.open_flip) return forget_intent(s, pool);
  if (!watch.stalled_since) {
    watch.held_by.clear();
    return forget_intent(s, pool);
  }
  FlipIntent intent;
  intent.stalled_for = age_of(*watch.stalled_since, step.now);
  intent.judgement = watch.judgement;
  intent.supervisor_on_time = s.lateness <= late_after(s);
  if (*intent.stalled_for < watch.settings.hold_down) return forget_intent(s, pool);

  const FlipPlan plan = plan_flip(view, s.snapshot->budget, intent);
  const Evidence evidence = make_evidence(watch, view, intent, plan, step.now);
  if (const auto held = find_hold(plan, view)) {
    forget_intent(s, pool);
    return record_hold(step, watch, view, evidence, *held);
  }
  want_flip(step, watch, view, evidence);
}

void take_in_flip_answer(Step& step, const PoolName& pool, const FlipAnswer& answer) {
  SupervisorState& s = step.state;
  std::string why;
  bool restart = false;
  for (const FlipRequest& request : s.wanted) {
    if (request.pool != pool) continue;
    why = request.reason;
    restart = is_restart(request.from, request.to);
  }
  forget_intent(s, pool);
  s.next_snapshot = step.now;
  const auto entry = s.pools.find(pool);
  if (entry == s.pools.end()) return;
  PoolWatch& watch = entry->second;
  if (answer.accepted) {
    begin_flip(watch, answer.flip, restart, step.now);
    step.log(
        LogEventKind::flip_asked, watch, stalled(),
        "flip " + std::to_string(answer.flip.value) + " of pool " + pool.str() + " begins: " + why);
    return;
  }
  watch.not_before = step.now + std::max(kRestAfterRefusal, watch.settings.hold_down);
  if (watch.held_by == answer.rule) return;
  watch.held_by = answer.rule;
  step.log(LogEventKind::flip_refused, watch, stalled(),
           "flip of pool " + pool.str() + " refused by the store (" + printable(answer.rule, 80) +
               "): " + printable(answer.sentence, 500));
}

}  // namespace jobflip::core::supervisor
