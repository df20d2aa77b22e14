// Adopts workers that this process did not start, and stops those whose lease it has released.

#include <algorithm>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

std::string epoch_text(Epoch epoch) {
  return "epoch " + std::to_string(epoch.value);
}

bool ends_in_release(StopCause cause) {
  return cause == StopCause::flip || cause == StopCause::shutdown ||
         cause == StopCause::not_candidate || cause == StopCause::not_configured;
}

/// While these workers could not be seen, the store reported that their lease is over. A report
/// about an earlier epoch says nothing about them.
bool is_known_lost(const AgentState& state, const PoolLease& lease) {
  const auto& report = lease.report;
  if (!report || report->epoch < lease.workers.epoch) return false;
  return report->epoch > lease.workers.epoch || report->state != OwnerState::held ||
         report->holder != state.node;
}

}  // namespace

/// Only running workers prove that the lease was not released. Without them, the store's next reply
/// decides.
void adopt(Step& step, const PoolName& pool, PoolLease& lease) {
  const WorkerStatus& workers = lease.workers;
  lease.epoch = workers.epoch;
  lease.deadline = workers.deadline;
  lease.adopted = true;
  lease.unrenewed = false;
  lease.ran = true;
  lease.running_since = step.now;
  lease.seen = std::max(lease.seen, workers.epoch);
  // A live lease needs beats now; an agent that held none may be waiting longer.
  step.state.next_beat = std::min(step.state.next_beat, step.now);
  if (workers.epoch <= lease.given_up) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::lost, Millis{0},
               "they run under " + epoch_text(workers.epoch) + ", which this agent has released");
  } else if (is_known_lost(step.state, lease)) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::lost, Millis{0},
               "they run under " + epoch_text(workers.epoch) + ", but the store has " +
                   epoch_text(lease.report->epoch) + " of " + lease.report->holder.str());
  } else if (step.now >= workers.deadline) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::expired, Millis{0},
               "the lease ran out while no agent was running");
  } else if (workers.phase == WorkerPhase::running) {
    lease.phase = LeasePhase::holding;
    step.log(LogEventKind::adopted, pool, lease,
             "the workers were found running under " + epoch_text(lease.epoch) + "; continuing");
    if (step.state.shutting_down)
      begin_stop(step, pool, lease, StopCause::shutdown, lease.settings.drain_timeout,
                 "the agent stops");
  } else {
    // They may be stopping for a flip. The store's next reply shows it; if there is no flip, they
    // are started again.
    lease.phase = LeasePhase::stopping;
    lease.stop_cause = StopCause::flip;
    lease.stop_reason = "the workers were found stopping";
    if (!workers.sentence.empty())
      step.log(LogEventKind::adopted, pool, lease, lease.stop_reason + ": " + workers.sentence);
    lease.stop_began = step.now;
    lease.stop_grace.reset();
  }
}

/// The guard may get two stops: the earlier end of the grace counts.
void end_strays(Step& step, const PoolName& pool, PoolLease& lease) {
  const WorkerPhase phase = lease.workers.phase;
  if (is_known_empty(phase)) return;
  if (lease.phase == LeasePhase::taking) {
    if (phase != WorkerPhase::unknown) step.actions.emplace_back(StopWorkers{pool, Millis{0}});
    return;  // even if the take is granted, nothing starts beside them
  }
  if (lease.phase == LeasePhase::releasing) {
    // The release in flight may succeed; another is sent only after the workers were seen gone.
    lease.phase = LeasePhase::stopping;
    if (!ends_in_release(lease.stop_cause)) lease.stop_cause = StopCause::start_failed;
    lease.attempt.reset();
    lease.stop_began = step.now;
    lease.stop_grace = Millis{0};
    step.log(LogEventKind::workers_told, pool, lease,
             "workers may be running during the release: stopping them before the next release");
  } else if (phase == WorkerPhase::stopping) {
    return;
  }
  const Millis grace = lease.stop_grace.value_or(lease.settings.drain_timeout);
  const Millis over = std::chrono::duration_cast<Millis>(step.now - lease.stop_began);
  step.actions.emplace_back(StopWorkers{pool, std::max(grace - over, Millis{0})});
}

}  // namespace jobflip::core::agent
