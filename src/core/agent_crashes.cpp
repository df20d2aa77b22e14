// Counts the exits of workers that nobody stopped, and logs when a crash loop begins or ends.

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {

void count_crash(Step& step, const PoolName& pool, PoolLease& lease) {
  if (!lease.crashes.count(step.now, lease.workers.sentence)) return;
  step.log(LogEventKind::workers_ended, pool, lease,
           "crash loop: the workers ended by themselves " + std::to_string(CrashLoop::kCrashes) +
               " times within " + short_duration(CrashLoop::kWindow));
}

void see_crash_loop_end(Step& step, const PoolName& pool, PoolLease& lease) {
  const bool run =
      lease.phase == LeasePhase::holding && lease.workers.phase == WorkerPhase::running;
  lease.crashes.see_running(run ? std::optional{lease.running_since} : std::nullopt);
  if (!lease.crashes.pass(step.now)) return;
  step.log(LogEventKind::started, pool, lease,
           "crash loop over: the workers did not end by themselves for " +
               short_duration(lease.crashes.since_last(step.now)));
}

}  // namespace jobflip::core::agent
