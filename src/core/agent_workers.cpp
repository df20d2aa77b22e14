// How a pool follows its workers, and what time alone brings about.

#include <algorithm>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

constexpr Millis kFirstRestart{100};
constexpr Millis kLongestRestart{30'000};
constexpr Millis kSteady{30'000};  // workers that ran so long did not fail to start
constexpr Millis kTryPrepareAgain{5000};

Millis restart_delay(int failures) {
  return std::min(kLongestRestart, kFirstRestart * (1 << std::clamp(failures - 1, 0, 9)));
}

/// For how long who gave the lease up for want of workers leaves it to others.
Millis others_first(int failures) {
  return restart_delay(failures + 4);
}

/// The flip whose target this start serves, as the take said, or a beat since. It is told once.
std::optional<FlipId> flip_of_start(const Step& step, PoolLease& lease) {
  if (lease.carries) return std::exchange(lease.carries, std::nullopt);
  if (lease.report && lease.report->flip && lease.report->flip->to == step.state.node)
    return lease.report->flip->id;
  return std::nullopt;
}

void on_started(Step& step, const PoolName& pool, PoolLease& lease) {
  lease.phase = LeasePhase::holding;
  lease.ran = true;
  lease.running_since = step.now;
  step.tell(NoteKind::started, pool, lease,
            "workers run under epoch " + std::to_string(lease.epoch.value));
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step = FlipStepRequest{step.state.node, *flip, FlipEvent::started, "", lease.epoch};
}

void on_start_failed(Step& step, const PoolName& pool, PoolLease& lease) {
  ++lease.failed_starts;
  count_crash(step, pool, lease);
  lease.not_before = step.now + others_first(lease.failed_starts);
  const std::string why = "the workers did not start: " + lease.workers.sentence;
  step.tell(NoteKind::start_failed, pool, lease, why);
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step = FlipStepRequest{step.state.node, *flip, FlipEvent::start_failed,
                                      lease.workers.sentence, lease.epoch};
  begin_stop(step, pool, lease, StopCause::start_failed, Millis{0}, why);
}

/// A flip has a target of its own, and in a pause nothing moves.
bool wants_hand_over(const PoolLease& lease) {
  if (!lease.workers.configured) return true;  // nothing can start here
  const WhenWorkersEnd what = lease.settings.when_workers_end;
  const bool wanted = what == WhenWorkersEnd::hand_over ||
                      (what == WhenWorkersEnd::hand_over_in_loop && lease.crashes.is_on());
  return wanted && lease.report && !lease.report->paused && !lease.report->flip;
}

void on_ended_by_themselves(Step& step, const PoolName& pool, PoolLease& lease) {
  if (step.now - lease.running_since >= kSteady) lease.failed_starts = 0;
  ++lease.failed_starts;
  lease.stop_cause = StopCause::none;
  lease.kept_since.reset();
  count_crash(step, pool, lease);
  if (wants_hand_over(lease)) {
    lease.not_before = step.now + others_first(lease.failed_starts);
    lease.phase = LeasePhase::releasing;
    lease.attempt = next_attempt(step.state);
    lease.stop_reason = "its workers ended by themselves: " + lease.workers.sentence;
    lease.announce = true;
    step.state.next_beat = step.now;
    step.tell(NoteKind::workers_ended, pool, lease,
              "the workers ended by themselves (" + lease.workers.sentence + "); handing over");
    return;
  }
  const Millis wait = restart_delay(lease.failed_starts);
  lease.not_before = step.now + wait;
  lease.phase = LeasePhase::starting;
  step.tell(NoteKind::workers_ended, pool, lease,
            "the workers ended by themselves (" + lease.workers.sentence + "); started again in " +
                short_duration(wait) + " under the same lease");
}

void release_empty(Step& step, const PoolName& pool, PoolLease& lease) {
  lease.phase = LeasePhase::releasing;
  lease.attempt = next_attempt(step.state);
  step.tell(NoteKind::workers_gone, pool, lease, "no worker is left; releasing");
}

/// Requires: the workers are known to be gone.
void on_emptied(Step& step, const PoolName& pool, PoolLease& lease) {
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
      lease.phase = LeasePhase::watching;
      lease.stop_cause = StopCause::none;
      lease.watch = LeaseWatch{};
      lease.report.reset();
      step.tell(NoteKind::workers_gone, pool, lease, "no worker is left; watching");
      return;
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
  lease.prepare_again = step.now + kTryPrepareAgain;
  step.actions.emplace_back(PrepareWorkers{pool, lease.settings.timings});
}

void advance_starting(Step& step, const PoolName& pool, PoolLease& lease) {
  // A start whose outcome is not known is stopped, and seen gone before anything else.
  if (lease.workers.phase == WorkerPhase::unknown && !lease.ran)
    return on_start_failed(step, pool, lease);
  if (lease.workers.phase == WorkerPhase::unknown)
    return begin_stop(step, pool, lease, StopCause::ended, Millis{0}, lease.workers.sentence);
  if (step.now >= lease.deadline) {
    if (is_known_empty(lease.workers.phase)) lease.gone = std::max(lease.gone, lease.epoch);
    lease.phase = LeasePhase::watching;
    lease.watch = LeaseWatch{};
    lease.report.reset();
    step.tell(NoteKind::start_failed, pool, lease,
              "the lease ran out before the workers could start");
    return;
  }
  if (lease.workers.phase != WorkerPhase::armed) return prepare(step, pool, lease);
  if (step.now < lease.not_before) return;
  if (lease.deadline - step.now < least_left_to_start(lease.settings.timings)) return;
  step.actions.emplace_back(StartWorkers{pool, lease.epoch, lease.deadline});
}

/// A flip waits for this node to let go, and the lease ran out before the drain began.
bool is_waited_for(const AgentState& state, const PoolLease& lease) {
  const auto& flip = lease.report->flip;
  return flip && flip->from == state.node && !is_overdue(lease) &&
         (flip->state == FlipState::requested || flip->state == FlipState::draining);
}

/// We are the holder of record, the workers of that very epoch were seen gone, and we can't or
/// should not take anew. "None here" is not enough: they may run under another runtime
/// folder.
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
    lease.phase = LeasePhase::releasing;
    lease.epoch = lease.report->epoch;
    lease.attempt = next_attempt(step.state);
    lease.stop_reason = is_waited_for(step.state, lease)
                            ? "flip " + std::to_string(lease.report->flip->id.value) +
                                  " waits for it, and no worker is left"
                            : "this node holds it by record, has no worker and can't start one";
    return;
  }
  if (const TakeChance chance = judge_take(step.state, lease, step.now); chance.now)
    begin_take(step, lease, chance);
}

/// The guard ends them by itself, a lease after it was last told: an agent that is gone, hangs or
/// is frozen keeps nothing.
void keep_workers(Step& step, const PoolName& pool, PoolLease& lease) {
  if (step.now < keep_from(lease)) return;
  lease.keep_again = step.now + lease.settings.timings.beat_every;
  step.actions.emplace_back(ExtendDeadline{pool, step.now + lease.settings.timings.lease});
  if (lease.kept_since || step.now < lease.deadline) return;
  lease.kept_since = step.now;
  step.tell(NoteKind::kept, pool, lease,
            std::string{"the lease ran out, and the store can't be reached: the workers are kept"} +
                " (when_store_lost = keep), and the fence keeps them from what is another node's");
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
  if (lease.look && lease.report && is_ours(lease)) follow_flip(step, pool, lease);
  // Not before the settings are known: they say how long a drain may take.
  if (lease.phase == LeasePhase::holding && !lease.workers.configured && lease.report)
    begin_stop(step, pool, lease, StopCause::not_configured, lease.settings.drain_timeout,
               "the agent's file names no workers for the pool any more");
  if (lease.phase == LeasePhase::stopping && is_known_empty(lease.workers.phase))
    on_emptied(step, pool, lease);
  if (lease.phase == LeasePhase::starting) advance_starting(step, pool, lease);
  if (lease.phase == LeasePhase::taking && step.now + least_left_to_start(lease.settings.timings) >=
                                               lease.attempt_since + lease.settings.timings.lease) {
    // Whether it was taken is not known; what the store says next decides.
    lease.phase = LeasePhase::watching;
    lease.attempt.reset();
    lease.watch = LeaseWatch{};
    lease.report.reset();
  }
  // Last: whatever led back to watching, workers that run are seen at once.
  if (lease.phase == LeasePhase::watching) advance_watching(step, pool, lease);
}

/// What a look says of a start, in the phase `starting`.
void on_start_seen(Step& step, const PoolName& pool, PoolLease& lease, bool news) {
  const WorkerStatus& status = lease.workers;
  const bool this_epoch = status.epoch == lease.epoch;
  if (status.phase == WorkerPhase::running && this_epoch) {
    on_started(step, pool, lease);
  } else if (status.phase == WorkerPhase::running) {
    step.actions.emplace_back(StopWorkers{pool, Millis{0}});
  } else if (status.phase == WorkerPhase::broken && news && lease.ran) {
    on_ended_by_themselves(step, pool, lease);
  } else if (status.phase == WorkerPhase::broken && news) {
    on_start_failed(step, pool, lease);
  } else if (status.phase == WorkerPhase::empty && this_epoch && !lease.ran) {
    lease.ran = true;
    lease.running_since = step.now;
    on_ended_by_themselves(step, pool, lease);
  }
}

}  // namespace

Millis least_left_to_start(const LeaseTimings& timings) {
  return timings.graceful_stop + timings.kill_to_empty + timings.guard_margin;
}

void take_in_workers(Step& step, const PoolName& pool, const WorkerStatus& status) {
  PoolLease& lease = step.state.pools[pool];
  const WorkerStatus before = std::exchange(lease.workers, status);
  if (is_known_empty(status.phase)) lease.gone = std::max(lease.gone, status.epoch);
  if (status.phase == WorkerPhase::unknown && status != before)
    step.tell(NoteKind::workers_unseen, pool, lease,
              "its workers cannot be seen, and count as running: " + status.sentence);
  switch (lease.phase) {
    case LeasePhase::watching:
      return;  // advance_watching() adopts what runs
    case LeasePhase::starting:
      on_start_seen(step, pool, lease, status != before);
      return;
    case LeasePhase::holding:
      if (is_known_empty(status.phase)) {
        on_ended_by_themselves(step, pool, lease);
      } else if (status.phase == WorkerPhase::stopping) {
        // the guard has begun it, and gives what is left the graceful stop
        begin_stop(step, pool, lease, status.at_deadline ? StopCause::expired : StopCause::ended,
                   lease.settings.timings.graceful_stop, status.sentence);
      }
      return;
    case LeasePhase::taking:
    case LeasePhase::stopping:
    case LeasePhase::releasing:
      end_strays(step, pool, lease);
      return;
  }
}

void advance_pools(Step& step) {
  for (auto& [pool, lease] : step.state.pools) advance(step, pool, lease);
}

}  // namespace jobflip::core::agent
