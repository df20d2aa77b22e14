// Workers that run without a start of this process, or after it gave their lease up.

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

/// The store said that these workers' lease is over while they could not be seen. A report of an
/// earlier epoch than theirs says nothing about them.
bool is_known_lost(const AgentState& state, const PoolLease& lease) {
  const auto& report = lease.report;
  if (!report || report->epoch < lease.workers.epoch) return false;
  return report->epoch > lease.workers.epoch || report->state != OwnerState::held ||
         report->holder != state.node;
}

}  // namespace

/// Only running workers prove that the lease was not released; what is empty waits for the store's
/// word.
void adopt(Step& step, const PoolName& pool, PoolLease& lease) {
  const WorkerStatus& workers = lease.workers;
  lease.epoch = workers.epoch;
  lease.deadline = workers.deadline;
  lease.adopted = true;
  lease.unrenewed = false;
  lease.ran = true;
  lease.running_since = step.now;
  lease.seen = std::max(lease.seen, workers.epoch);
  // A live lease is held by its beats: the wait of an agent that held none is over.
  step.state.next_beat = std::min(step.state.next_beat, step.now);
  if (workers.epoch <= lease.given_up) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::lost, Millis{0},
               "they run under " + epoch_text(workers.epoch) + ", which this agent gave up");
  } else if (is_known_lost(step.state, lease)) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::lost, Millis{0},
               "they run under " + epoch_text(workers.epoch) + ", and the store has " +
                   epoch_text(lease.report->epoch) + " of " + lease.report->holder.str());
  } else if (step.now >= workers.deadline) {
    lease.phase = LeasePhase::holding;
    begin_stop(step, pool, lease, StopCause::expired, Millis{0},
               "the lease ran out while no agent was here");
  } else if (workers.phase == WorkerPhase::running) {
    lease.phase = LeasePhase::holding;
    step.tell(LogEventKind::adopted, pool, lease,
              "going on under " + epoch_text(lease.epoch) + " with the workers found running");
    if (step.state.shutting_down)
      begin_stop(step, pool, lease, StopCause::shutdown, lease.settings.drain_timeout,
                 "the agent stops");
  } else {
    // Told to end for a flip, or not: the store's answer tells which, and resumes where there is
    // none.
    lease.phase = LeasePhase::stopping;
    lease.stop_cause = StopCause::flip;
    lease.stop_reason = "the workers were found ending";
    if (!workers.sentence.empty())
      step.tell(LogEventKind::adopted, pool, lease, lease.stop_reason + ": " + workers.sentence);
    lease.stop_began = step.now;
    lease.stop_grace.reset();
  }
}

/// The guard may be told twice: an earlier moment counts.
void end_strays(Step& step, const PoolName& pool, PoolLease& lease) {
  const WorkerPhase phase = lease.workers.phase;
  if (is_known_empty(phase)) return;
  if (lease.phase == LeasePhase::taking) {
    if (phase != WorkerPhase::unknown) step.actions.emplace_back(StopWorkers{pool, Millis{0}});
    return;  // a take that is granted starts nothing beside them
  }
  if (lease.phase == LeasePhase::releasing) {
    // A release in flight may succeed; no other one is sent before they are seen gone.
    lease.phase = LeasePhase::stopping;
    if (!ends_in_release(lease.stop_cause)) lease.stop_cause = StopCause::start_failed;
    lease.attempt.reset();
    lease.stop_began = step.now;
    lease.stop_grace = Millis{0};
    step.tell(LogEventKind::workers_told, pool, lease,
              "workers may run beside the release: told to end, and seen gone before the next one");
  } else if (phase == WorkerPhase::stopping) {
    return;
  }
  const Millis grace = lease.stop_grace.value_or(lease.settings.drain_timeout);
  const Millis over = std::chrono::duration_cast<Millis>(step.now - lease.stop_began);
  step.actions.emplace_back(StopWorkers{pool, std::max(grace - over, Millis{0})});
}

}  // namespace jobflip::core::agent
