// Renewing leases by acknowledged beats, and keeping workers beyond the lease.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

void extend(Step& step, const PoolName& pool, PoolLease& lease, Instant sent) {
  lease.deadline = std::max(lease.deadline, sent + lease.settings.timings.lease);
  lease.adopted = lease.unrenewed = false;
  const WorkerPhase phase = lease.workers.phase;
  if (phase == WorkerPhase::running || phase == WorkerPhase::stopping)
    step.actions.emplace_back(ExtendDeadline{pool, lease.deadline});
}

/// A lease that ran out may have been taken by another node, and the server may have lost that take
/// in a crash. As long as that node may still work, the store's reply is not enough.
bool may_hide_a_take(const Step& step, const PoolLease& lease) {
  return (may_be_of_kept(lease) || step.now >= lease.deadline) && !lease.report->settled &&
         step.now < lost_takes_over(step.state, lease);
}

/// If the pool is set to keep, its workers run on until then; otherwise they end with their lease.
void go_on_unrenewed(Step& step, const PoolName& pool, PoolLease& lease) {
  const bool first = !std::exchange(lease.unrenewed, true);
  if (lease.settings.when_store_lost != WhenStoreLost::keep || lease.phase != LeasePhase::holding)
    return;
  if (!lease.kept_since) lease.kept_since = step.now;
  if (!first) return;
  const auto left =
      std::chrono::duration_cast<Millis>(lost_takes_over(step.state, lease) - step.now);
  step.log(LogEventKind::kept, pool, lease,
           "the store knows of no take by another node, but its server was restarted and may "
           "have lost one: keeping the workers; the lease is renewed in " +
               short_duration(left));
}

}  // namespace

bool may_be_of_kept(const PoolLease& lease) noexcept {
  return lease.adopted &&
         (lease.unrenewed || lease.settings.when_store_lost == WhenStoreLost::keep);
}

bool does_renew(const BeatRequest& beat, const PoolName& pool, Epoch epoch) {
  return std::ranges::find(beat.renewals, LeaseRenewal{pool, epoch}) != beat.renewals.end();
}

void renew(Step& step, const PoolName& pool, PoolLease& lease, Instant sent) {
  if (may_hide_a_take(step, lease)) return go_on_unrenewed(step, pool, lease);
  if (lease.kept_since)
    step.log(LogEventKind::store_back, pool, lease,
             std::string{"the store answers again, and no other node took the pool: "} +
                 "keeping the same lease");
  lease.kept_since.reset();
  extend(step, pool, lease, sent);
}

void begin_release(Step& step, PoolLease& lease) {
  lease.phase = LeasePhase::releasing;
  lease.attempt = next_attempt(step.state);
  // The last beat that renewed the lease may have got no reply, so the store may have lost a take
  // that this agent does not know of. An adopted lease may come from a process that kept its
  // workers, even if the settings have changed since.
  const bool kept = lease.settings.when_store_lost == WhenStoreLost::keep;
  if (lease.adopted || (kept && step.now >= lease.deadline)) lease.unrenewed = true;
  if (lease.unrenewed) step.state.next_beat = std::min(step.state.next_beat, step.now);
}

void take_in_refusal(Step& step) {
  for (auto& [pool, lease] : step.state.pools) lease.kept_since.reset();
}

bool keeps_workers(const AgentState& state, const PoolLease& lease) noexcept {
  return (state.store_away || lease.kept_since) && !state.shutting_down &&
         lease.phase == LeasePhase::holding && lease.workers.phase == WorkerPhase::running &&
         lease.settings.when_store_lost == WhenStoreLost::keep;
}

Instant keep_from(const PoolLease& lease) {
  const LeaseTimings& timings = lease.settings.timings;
  return std::max(lease.keep_again, fence_start(lease.deadline, timings) - timings.beat_every);
}

}  // namespace jobflip::core::agent
