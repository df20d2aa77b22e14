#include "core/restart_first.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"

namespace jobflip::core {
namespace {

FirstRestart no(std::string why) {
  return {false, "no restart first: " + std::move(why)};
}

std::string spent_text(const RestartView& last) {
  const std::string was =
      "flip " + std::to_string(last.flip.value) + " was one, " + std::string{name_of(last.state)};
  if (last.uncured) return was + ": none under the same lease";
  return was + ": none for " + short_duration(last.left);
}

}  // namespace

CandidateResult judge_taker(const PoolView& pool, const CandidateView& c) {
  const auto cannot = [&](std::string text) {
    return CandidateResult{c.node, false, std::move(text)};
  };
  if (c.drained) return cannot("drained: " + printable(c.drain_reason, 300));
  if (!c.beat_age) return cannot("never seen");
  if (!is_fresh(c.beat_age, pool.settings.timings))
    return cannot("last beat " + short_duration(*c.beat_age) + " ago, at most " +
                  short_duration(beat_fresh_within(pool.settings.timings)) + " wanted");
  if (!c.ready) return cannot("not ready: " + printable(c.not_ready_reason, 300));
  return {c.node, true, "ready, beat " + short_duration(*c.beat_age) + " ago"};
}

FirstRestart judge_restart(const PoolView& pool, const PoolJudgement& judgement,
                           const std::optional<NodeName>& standby) {
  if (pool.settings.first != FirstMove::restart || pool.owner.state != OwnerState::held) return {};
  const NodeName& holder = pool.owner.holder;
  if (pool.restart) return no(spent_text(*pool.restart));
  const auto found = std::ranges::find(pool.candidates, holder, &CandidateView::node);
  if (found == pool.candidates.end()) return no(holder.str() + " is not a candidate");
  const CandidateResult taker = judge_taker(pool, *found);
  if (!taker.eligible) return no(holder.str() + " is " + taker.text);
  if (!is_fresh(pool.owner.beat_age, pool.settings.timings))
    return no(holder.str() + " does not renew its lease");
  if (found->crashes > 0) return no(holder.str() + " is in a crash loop");
  if (judgement.cause == Cause::node && standby)
    return no("the cause is the node, not its workers");
  return {true, "a restart on " + holder.str() + " comes first: " + taker.text};
}

}  // namespace jobflip::core
