// Ends of workers that nobody asked for: counted, and said when they are a crash loop.

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {

void count_crash(Step& step, const PoolName& pool, PoolLease& lease) {
  if (!lease.crashes.count(step.now, lease.workers.sentence)) return;
  step.tell(LogEventKind::workers_ended, pool, lease,
            "crash loop: the workers ended by themselves " + std::to_string(CrashLoop::kCrashes) +
                " times within " + short_duration(CrashLoop::kWindow));
}

void see_crash_loop_end(Step& step, const PoolName& pool, PoolLease& lease) {
  if (!lease.crashes.pass(step.now)) return;
  step.tell(LogEventKind::started, pool, lease,
            "crash loop over: the workers did not end by themselves for " +
                short_duration(CrashLoop::kWindow));
}

}  // namespace jobflip::core::agent
