#include "jobflip/core/plan_now.hpp"

#include "jobflip/core/freshness.hpp"

namespace jobflip::core {
namespace {

constexpr Millis kMargin{10'000};

/// The cause that the supervisor published with the verdict of a queue that is stuck.
PoolJudgement judgement_of(const PoolView& pool) {
  for (const QueueView& queue : pool.queues)
    if (!is_stale(pool, queue))
      if (auto judgement = published_judgement(queue.reason); judgement.cause != Cause::none)
        return judgement;
  return {};
}

/// What keeps the supervisor from wanting a flip of queues that are stuck. A queue with a cause may
/// be flipped.
std::string why_not_yet(const PoolView& pool) {
  std::string why;
  for (const QueueView& queue : pool.queues) {
    if (!may_need_a_flip(queue) || is_stale(pool, queue)) continue;
    if (published_judgement(queue.reason).cause != Cause::none) return "";
    if (why.empty()) why = published_no_flip_yet(queue.reason);
  }
  return why;
}

}  // namespace

FlipPlan plan_automatic(const Snapshot& snapshot, const PoolView& pool) {
  FlipIntent intent;
  intent.stalled_for = stalled_for(pool);
  intent.judgement = judgement_of(pool);
  intent.not_yet = why_not_yet(pool);
  intent.supervisor_on_time = leading_supervisor(snapshot).has_value();
  auto plan = plan_flip(pool, snapshot.budget, intent);
  for (auto& gate : plan.gates)
    if (gate.rule == Rule::supervisor_late && !gate.allows) gate.text = "no supervisor leads";
  return plan;
}

FlipPlan plan_by_hand(const Snapshot& snapshot, const PoolView& pool, const FlipIntent& intent) {
  FlipIntent known = intent;  // its rules name the same figures, whether they bind or not
  known.stalled_for = stalled_for(pool);
  known.judgement = judgement_of(pool);
  known.not_yet = why_not_yet(pool);
  auto plan = plan_flip(pool, snapshot.budget, known);
  if (leading_supervisor(snapshot)) return plan;
  for (auto& gate : plan.gates)
    if (gate.rule == Rule::supervisor_late)
      gate.text = "no supervisor leads; a flip by hand needs none";
  return plan;
}

Millis longest_flip(const PoolSettings& s) {
  return s.drain_timeout + s.timings.takeover_after + s.start_timeout + s.verify_timeout + kMargin;
}

}  // namespace jobflip::core
