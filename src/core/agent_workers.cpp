// Advances each pool as far as the time and its workers allow.

#include <algorithm>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

constexpr Millis kTryPrepareAgain{5000};  // twice that after the second failure, and so on
constexpr Millis kLongestPrepare{30'000};

void release_empty(Step& step, const PoolName& pool, PoolLease& lease) {
  begin_release(step, lease);
  step.log(LogEventKind::workers_gone, pool, lease, "no worker is left; releasing");
}

void watch_again(Step& step, const PoolName& pool, PoolLease& lease, LogEventKind kind,
                 const std::string& why) {
  lease.phase = LeasePhase::watching;
  lease.unrenewed = false;
  lease.stop_cause = StopCause::none;
  lease.watch = LeaseWatch{};
  lease.report.reset();
  step.log(kind, pool, lease, why);
}

/// Requires: the workers were seen gone, or their lease ran out while they could not be seen.
void on_emptied(Step& step, const PoolName& pool, PoolLease& lease) {
  if (lease.workers.end_unseen)
    return watch_again(step, pool, lease, LogEventKind::workers_unseen,
                       "the lease ran out, and the end of its workers was not seen; watching");
  lease.gone = std::max(lease.gone, lease.epoch);
  switch (lease.stop_cause) {
    case StopCause::flip:
    case StopCause::shutdown:
    case StopCause::start_failed:
    case StopCause::not_candidate:
    case StopCause::not_configured:
      return release_empty(step, pool, lease);
    case StopCause::ended:
      if (!step.state.shutting_down) return on_ended_by_themselves(step, pool, lease);
      return release_empty(step, pool, lease);
    case StopCause::resume:
      if (step.state.shutting_down || !lease.workers.configured)
        return release_empty(step, pool, lease);
      lease.phase = LeasePhase::starting;
      lease.stop_cause = StopCause::none;
      lease.not_before = step.now;
      return;
    case StopCause::lost:
    case StopCause::expired:
    case StopCause::none:
      return watch_again(step, pool, lease, LogEventKind::workers_gone,
                         "no worker is left; watching");
  }
}

void prepare(Step& step, const PoolName& pool, PoolLease& lease) {
  if (lease.settings.name.empty() || step.state.shutting_down || step.now < lease.not_before)
    return;
  const WorkerPhase phase = lease.workers.phase;
  if (phase == WorkerPhase::armed || phase == WorkerPhase::running ||
      phase == WorkerPhase::stopping)
    return;
  const bool failed = phase == WorkerPhase::broken || phase == WorkerPhase::unknown;
  if (failed && lease.prepare_again > step.now) return;
  if (!failed) lease.failed_prepares = 0;
  lease.prepare_again =
      step.now + std::min(kLongestPrepare, kTryPrepareAgain * (1 << lease.failed_prepares));
  lease.failed_prepares = std::min(lease.failed_prepares + 1, 3);
  step.actions.emplace_back(PrepareWorkers{pool, lease.settings.timings});
}

void advance_starting(Step& step, const PoolName& pool, PoolLease& lease) {
  // If the outcome of a start is unknown, the workers are stopped and must be seen gone first.
  if (lease.workers.phase == WorkerPhase::unknown && !lease.ran)
    return on_start_failed(step, pool, lease);
  if (lease.workers.phase == WorkerPhase::unknown)
    return begin_stop(step, pool, lease, StopCause::ended, Millis{0}, lease.workers.sentence);
  if (step.now >= lease.deadline) {
    if (is_known_empty(lease.workers.phase)) lease.gone = std::max(lease.gone, lease.epoch);
    lease.phase = LeasePhase::watching;
    lease.unrenewed = false;
    lease.watch = LeaseWatch{};
    lease.report.reset();
    step.log(LogEventKind::start_failed, pool, lease,
             "the lease ran out before the workers could start");
    return;
  }
  if (lease.workers.phase != WorkerPhase::armed) return prepare(step, pool, lease);
  if (step.now < lease.not_before || may_be_of_kept(lease)) return;
  if (lease.deadline - step.now < least_left_to_start(lease.settings.timings)) return;
  step.actions.emplace_back(StartWorkers{pool, lease.epoch, lease.deadline});
}

/// A flip waits for this node to release the pool, but the lease ran out before the drain began.
bool is_waited_for(const AgentState& state, const PoolLease& lease) {
  const auto& flip = lease.report->flip;
  return flip && flip->from == state.node && !is_overdue(lease) &&
         (flip->state == FlipState::requested || flip->state == FlipState::draining);
}

/// This node is the holder of record, the workers of that epoch were seen gone, and it can't or
/// should not take the pool again. "No worker here" is not enough: they may run under another
/// runtime folder.
bool must_give_back(const AgentState& state, const PoolLease& lease) {
  const bool ours = lease.report && lease.report->state == OwnerState::held && lease.report->own;
  return ours && is_known_empty(lease.workers.phase) && lease.report->epoch <= lease.gone &&
         (state.shutting_down || lease.report->drained || is_waited_for(state, lease) ||
          lease.workers.phase == WorkerPhase::broken);
}

void advance_watching(Step& step, const PoolName& pool, PoolLease& lease) {
  if (lease.workers.phase == WorkerPhase::running || lease.workers.phase == WorkerPhase::stopping)
    return adopt(step, pool, lease);
  if (lease.report) prepare(step, pool, lease);
  if (must_give_back(step.state, lease)) {
    lease.epoch = lease.report->epoch;
    // The beat that led to this report may have renewed the lease for kept workers.
    lease.unrenewed = !lease.report->settled;
    begin_release(step, lease);
    lease.stop_reason =
        is_waited_for(step.state, lease)
            ? "flip " + std::to_string(lease.report->flip->id.value) +
                  " waits for it, and no worker is left"
            : "this node is the holder of record, has no worker and can't start one";
    return;
  }
  if (const TakeChance chance = take_chance(step.state, lease, step.now); chance.now)
    begin_take(step, lease, chance);
}

/// The guard stops the workers one lease length after the last extension. So an agent that died,
/// hangs or is frozen keeps no workers.
void keep_workers(Step& step, const PoolName& pool, PoolLease& lease) {
  if (!lease.kept_since && step.now >= lease.deadline) {
    lease.kept_since = step.now;
    step.log(LogEventKind::kept, pool, lease,
             std::string{"the lease ran out and the store can't be reached: keeping the workers"} +
                 " (when_store_lost = keep); the fence keeps them from another node's jobs");
  }
  if (step.now < keep_from(lease)) return;
  lease.keep_again = step.now + lease.settings.timings.beat_every;
  step.actions.emplace_back(ExtendDeadline{pool, step.now + lease.settings.timings.lease});
}

void advance(Step& step, const PoolName& pool, PoolLease& lease) {
  see_crash_loop_end(step, pool, lease);
  if (keeps_workers(step.state, lease)) {
    keep_workers(step, pool, lease);
  } else if (is_ours(lease) && step.now >= lease.deadline) {
    if (lease.phase == LeasePhase::holding)
      begin_stop(step, pool, lease, StopCause::expired, Millis{0},
                 "no beat was acknowledged in time");
    if (lease.stop_cause == StopCause::resume || lease.stop_cause == StopCause::ended)
      lease.stop_cause = StopCause::expired;
  }
  if (lease.capture && lease.report && is_ours(lease)) follow_flip(step, pool, lease);
  // Only once the settings are known, because they have the drain timeout.
  if (lease.phase == LeasePhase::holding && !lease.workers.configured && lease.report)
    begin_stop(step, pool, lease, StopCause::not_configured, lease.settings.drain_timeout,
               "the agent's file no longer names workers for the pool");
  if (lease.phase == LeasePhase::stopping && is_known_empty(lease.workers.phase))
    on_emptied(step, pool, lease);
  if (lease.phase == LeasePhase::starting) advance_starting(step, pool, lease);
  if (lease.phase == LeasePhase::taking && step.now + least_left_to_start(lease.settings.timings) >=
                                               lease.attempt_since + lease.settings.timings.lease) {
    // Whether the take succeeded is unknown; the store's next report decides.
    lease.phase = LeasePhase::watching;
    lease.attempt.reset();
    lease.watch = LeaseWatch{};
    lease.report.reset();
  }
  // Last, so that a pool that just went back to watching adopts running workers at once.
  if (lease.phase == LeasePhase::watching) advance_watching(step, pool, lease);
}

}  // namespace

Millis least_left_to_start(const LeaseTimings& timings) {
  return timings.graceful_stop + timings.kill_to_empty + timings.guard_margin;
}

void advance_pools(Step& step) {
  for (auto& [pool, lease] : step.state.pools) advance(step, pool, lease);
}

}  // namespace jobflip::core::agent
