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

std::string epoch_text(Epoch epoch) {
  return "epoch " + std::to_string(epoch.value);
}

/// Workers that this process did not start: an agent before it on this boot did. Only running ones
/// prove that the lease was not released; what is empty waits for the store's word.
void adopt(Step& step, const PoolName& pool, PoolLease& lease) {
  const WorkerStatus& workers = lease.workers;
  if (is_empty(workers.phase)) return;
  lease.epoch = workers.epoch;
  lease.deadline = workers.deadline;
  lease.ran = true;
  lease.running_since = step.now;
  step.state.highest_epoch = std::max(step.state.highest_epoch, workers.epoch);
  if (step.now >= workers.deadline) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::expired, Millis{0},
               "the lease ran out while no agent was here");
  } else if (workers.phase == WorkerPhase::running) {
    lease.phase = LeasePhase::holding;
    step.tell(NoteKind::adopted, pool, lease,
              "going on under " + epoch_text(lease.epoch) + " with the workers found running");
  } else {
    // Told to end for a flip, or not: the store's answer tells which, and resumes where there is
    // none.
    lease.phase = LeasePhase::stopping;
    lease.stop_cause = StopCause::flip;
    lease.stop_reason = "the workers were found ending";
    if (!workers.sentence.empty())
      step.tell(NoteKind::adopted, pool, lease, lease.stop_reason + ": " + workers.sentence);
    lease.stop_began = step.now;
    lease.stop_grace.reset();
  }
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
  step.tell(NoteKind::started, pool, lease, "workers run under " + epoch_text(lease.epoch));
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step = FlipStepRequest{step.state.node, *flip, FlipEvent::started, ""};
}

void on_start_failed(Step& step, const PoolName& pool, PoolLease& lease) {
  ++lease.failed_starts;
  lease.not_before = step.now + others_first(lease.failed_starts);
  const std::string why = "the workers did not start: " + lease.workers.sentence;
  step.tell(NoteKind::start_failed, pool, lease, why);
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step =
        FlipStepRequest{step.state.node, *flip, FlipEvent::start_failed, lease.workers.sentence};
  begin_stop(step, pool, lease, StopCause::start_failed, Millis{0}, why);
}

/// A flip has a target of its own, and in a pause nothing moves.
bool wants_hand_over(const PoolLease& lease) {
  return lease.settings.when_workers_end == WhenWorkersEnd::hand_over && lease.report &&
         !lease.report->paused && !lease.report->flip;
}

void on_ended_by_themselves(Step& step, const PoolName& pool, PoolLease& lease) {
  if (step.now - lease.running_since >= kSteady) lease.failed_starts = 0;
  ++lease.failed_starts;
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

void on_emptied(Step& step, const PoolName& pool, PoolLease& lease) {
  switch (lease.stop_cause) {
    case StopCause::flip:
    case StopCause::shutdown:
    case StopCause::start_failed:
    case StopCause::not_candidate:
      lease.phase = LeasePhase::releasing;
      lease.attempt = next_attempt(step.state);
      step.tell(NoteKind::workers_gone, pool, lease, "no worker is left; releasing");
      return;
    case StopCause::ended:
      if (!step.state.shutting_down) return on_ended_by_themselves(step, pool, lease);
      lease.phase = LeasePhase::releasing;
      lease.attempt = next_attempt(step.state);
      step.tell(NoteKind::workers_gone, pool, lease, "no worker is left; releasing");
      return;
    case StopCause::resume:
      lease.phase = LeasePhase::starting;
      lease.not_before = step.now;
      return;
    case StopCause::lost:
    case StopCause::expired:
    case StopCause::none:
      lease.phase = LeasePhase::watching;
      lease.watch = LeaseWatch{};
      lease.report.reset();
      step.tell(NoteKind::workers_gone, pool, lease, "no worker is left; watching");
      return;
  }
}

void prepare(Step& step, const PoolName& pool, PoolLease& lease) {
  if (lease.settings.name.empty() || step.state.shutting_down || step.now < lease.not_before)
    return;
  if (lease.workers.phase == WorkerPhase::armed || !is_empty(lease.workers.phase)) return;
  if (lease.workers.phase == WorkerPhase::broken && lease.prepare_again > step.now) return;
  lease.prepare_again = step.now + kTryPrepareAgain;
  step.actions.emplace_back(PrepareWorkers{pool, lease.settings.timings});
}

void advance_starting(Step& step, const PoolName& pool, PoolLease& lease) {
  if (step.now >= lease.deadline) {
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

/// We are the holder of record, run nothing, and can't take anew: somebody else should.
bool must_give_back(const AgentState& state, const PoolLease& lease) {
  const bool ours =
      lease.report && lease.report->state == OwnerState::held && lease.report->holder == state.node;
  return ours && is_empty(lease.workers.phase) &&
         (state.shutting_down || lease.report->drained ||
          lease.workers.phase == WorkerPhase::broken);
}

void advance_watching(Step& step, const PoolName& pool, PoolLease& lease) {
  if (lease.report) prepare(step, pool, lease);
  if (must_give_back(step.state, lease)) {
    lease.phase = LeasePhase::releasing;
    lease.epoch = lease.report->epoch;
    lease.attempt = next_attempt(step.state);
    lease.stop_reason = "this node holds it by record, has no worker and can't start one";
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
  if (lease.phase == LeasePhase::stopping && is_empty(lease.workers.phase))
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
  if (lease.phase == LeasePhase::watching) advance_watching(step, pool, lease);
}

}  // namespace

Millis least_left_to_start(const LeaseTimings& timings) {
  return timings.graceful_stop + timings.kill_to_empty + timings.guard_margin;
}

void take_in_workers(Step& step, const PoolName& pool, const WorkerStatus& status) {
  PoolLease& lease = step.state.pools[pool];
  const WorkerStatus before = std::exchange(lease.workers, status);
  const bool empty = is_empty(status.phase);
  switch (lease.phase) {
    case LeasePhase::watching:
      adopt(step, pool, lease);
      return;
    case LeasePhase::starting:
      if (status.phase == WorkerPhase::running && status.epoch == lease.epoch) {
        on_started(step, pool, lease);
      } else if (status.phase == WorkerPhase::broken && status != before) {
        if (lease.ran) {
          on_ended_by_themselves(step, pool, lease);
        } else {
          on_start_failed(step, pool, lease);
        }
      } else if (status.phase == WorkerPhase::empty && status.epoch == lease.epoch && !lease.ran) {
        lease.ran = true;
        lease.running_since = step.now;
        on_ended_by_themselves(step, pool, lease);
      }
      return;
    case LeasePhase::holding:
      if (empty) {
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
      return;
  }
}

void advance_pools(Step& step) {
  for (auto& [pool, lease] : step.state.pools) advance(step, pool, lease);
}

}  // namespace jobflip::core::agent
