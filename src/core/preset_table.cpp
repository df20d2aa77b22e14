#include "core/preset_table.hpp"

namespace jobflip::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::nullopt_t kFixed = std::nullopt;  // a name that its users can't change
constexpr std::nullopt_t kNever = std::nullopt;
constexpr auto kWindow = DoneKind::window;
constexpr auto kTable = DoneKind::table;

constexpr Preset kPresets[]{
    {"river", "River", kWindow, seconds{1}, "public", kFixed, kFixed, hours{1},
     "the rescuer of the leading client, which retries or discards a job once it has run for 1 h "
     "(`RescueStuckJobsAfter`)",
     "which client holds a job, and how long a job may run. `failed` and `done` are those of the "
     "last 5 minutes",
     "`client.Stop(ctx)` on SIGTERM: it fetches no more jobs and waits for those that run"},
    {"pg-boss", "pg-boss", kWindow, seconds{2}, "pgboss", kFixed, kFixed, minutes{15},
     "the monitor of any instance, once a job is older than its `expireInSeconds` (15 min by "
     "default) or misses its heartbeats: it is retried or fails",
     "pauses, and limits on groups. Schemas 26 to 45 have no index for jobs that run or are "
     "finished: there `running`, `failed` and `done` are what the monitor counted last (once a "
     "minute), and `marker` is PostgreSQL's count of changed rows, which heartbeats raise too",
     "`boss.stop({ graceful: true, timeout })` on SIGTERM: it fetches no more jobs and waits; "
     "what does not end in time fails and is retried"},
    {"graphile-worker", "Graphile Worker", kTable, seconds{2}, "graphile_worker", kFixed, kFixed,
     hours{4}, "any worker, which unlocks jobs and named queues that have been locked for 4 h",
     "pauses, and when a job was completed (`done` counts the rows that were deleted). A new job "
     "that replaces one by its key raises `marker` as a claim does",
     "SIGTERM: it takes no more jobs and waits for those that run, 5 s by default "
     "(`gracefulShutdownAbortTimeout`); what did not end is retried"},
};

}  // namespace

std::span<const Preset> preset_table() {
  return kPresets;
}

}  // namespace jobflip::core
