// Processes the status of a pool's workers: they started, did not start, ended, or can't be seen.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

constexpr Millis kFirstRestart{100};
constexpr Millis kLongestRestart{30'000};
constexpr Millis kSteady{30'000};  // after this long, an exit no longer counts as a failed start

Millis restart_delay(int failures) {
  return std::min(kLongestRestart, kFirstRestart * (1 << std::clamp(failures - 1, 0, 9)));
}

/// How long a node leaves a pool to others after it released it because its workers did not run.
Millis others_first(int failures) {
  return restart_delay(failures + 4);
}

/// The flip that this start belongs to: from the take, or from a later beat. Reported once.
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
  step.log(LogEventKind::started, pool, lease,
           "the workers run under epoch " + std::to_string(lease.epoch.value));
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step = FlipStepRequest{step.state.node, *flip, FlipEvent::started, "", lease.epoch};
}

/// Not during a flip, which has its own target, and not while the pool is paused.
bool wants_hand_over(const PoolLease& lease) {
  if (!lease.workers.configured) return true;  // this node can't start any
  const WhenWorkersEnd what = lease.settings.when_workers_end;
  const bool wanted = what == WhenWorkersEnd::hand_over ||
                      (what == WhenWorkersEnd::hand_over_in_loop && lease.crashes.is_on());
  return wanted && lease.report && !lease.report->paused && !lease.report->flip;
}

/// Workers that could not be seen, and of which none is left now, ended with their lease at the
/// latest. Nothing more is known, so they do not count as seen gone.
void see_end(PoolLease& lease, const WorkerStatus& before) {
  const WorkerStatus& status = lease.workers;
  if (!is_known_empty(status.phase)) return;
  const bool was_unseen = before.phase == WorkerPhase::unknown && status.epoch.value == 0 &&
                          lease.phase == LeasePhase::watching && !before.sentence.empty();
  if (status.end_unseen || was_unseen)
    lease.unseen_end =
        std::max({lease.unseen_end, status.epoch, was_unseen ? lease.seen : Epoch{}});
  else if (status.epoch > lease.unseen_end)
    lease.gone = std::max(lease.gone, status.epoch);
}

/// Processes a status in the phase `starting`.
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

void on_start_failed(Step& step, const PoolName& pool, PoolLease& lease) {
  ++lease.failed_starts;
  count_crash(step, pool, lease);
  lease.not_before = step.now + others_first(lease.failed_starts);
  const std::string why = "the workers did not start: " + lease.workers.sentence;
  step.log(LogEventKind::start_failed, pool, lease, why);
  if (const auto flip = flip_of_start(step, lease))
    lease.flip_step = FlipStepRequest{step.state.node, *flip, FlipEvent::start_failed,
                                      lease.workers.sentence, lease.epoch};
  begin_stop(step, pool, lease, StopCause::start_failed, Millis{0}, why);
}

void on_ended_by_themselves(Step& step, const PoolName& pool, PoolLease& lease) {
  if (step.now - lease.running_since >= kSteady) lease.failed_starts = 0;
  ++lease.failed_starts;
  lease.stop_cause = StopCause::none;
  lease.kept_since.reset();
  count_crash(step, pool, lease);
  if (wants_hand_over(lease)) {
    lease.not_before = step.now + others_first(lease.failed_starts);
    begin_release(step, lease);
    lease.stop_reason = "its workers ended by themselves: " + lease.workers.sentence;
    lease.announce = true;
    step.state.next_beat = step.now;
    step.log(
        LogEventKind::workers_ended, pool, lease,
        "the workers ended by themselves (" + lease.workers.sentence + "); handing the pool over");
    return;
  }
  const Millis wait = restart_delay(lease.failed_starts);
  lease.not_before = step.now + wait;
  lease.phase = LeasePhase::starting;
  step.log(LogEventKind::workers_ended, pool, lease,
           "the workers ended by themselves (" + lease.workers.sentence + "); restarting them in " +
               short_duration(wait) + " under the same lease");
}

void take_in_workers(Step& step, const PoolName& pool, const WorkerStatus& status) {
  PoolLease& lease = step.state.pools[pool];
  const WorkerStatus before = std::exchange(lease.workers, status);
  see_end(lease, before);
  if (!status.warning.empty() && status.warning != before.warning)
    step.log(LogEventKind::lease_files_gone, pool, lease, status.warning);
  if (status.phase == WorkerPhase::armed) lease.failed_prepares = 0;
  if (status.phase == WorkerPhase::unknown && status != before)
    step.log(LogEventKind::workers_unseen, pool, lease,
             "its workers can't be seen and count as running: " + status.sentence);
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
        // the guard began to stop them; the rest gets the graceful stop
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

}  // namespace jobflip::core::agent
