#include "core/preset_table.hpp"

namespace jobflip::core {
namespace {

using std::chrono::hours;
using Minutes = std::chrono::minutes;
using std::chrono::seconds;

constexpr std::nullopt_t kFixed = std::nullopt;  // a name that its users can't change
constexpr std::nullopt_t kNever = std::nullopt;
constexpr auto kWindow = DoneKind::window;
constexpr auto kTable = DoneKind::table;
constexpr auto kQueue = DoneKind::queue;

constexpr Preset kPresets[]{
    {"river", "River", kWindow, seconds{1}, "public", kFixed, kFixed, hours{1},
     "the rescuer of the leading client, which retries or discards a job once it has run for 1 h "
     "(`RescueStuckJobsAfter`)",
     "which client holds a job, and how long a job may run. `failed` and `done` are those of the "
     "last 5 minutes",
     "`client.Stop(ctx)` on SIGTERM: it fetches no more jobs and waits for those that run", true,
     "completed jobs, for 24 h by default (`CompletedJobRetentionPeriod`)"},
    {"oban", "Oban", kWindow, seconds{1}, "public", kFixed, kFixed, hours{1},
     "the Lifeline plugin of the leading node, once a job has run for 60 min (`rescue_after`); "
     "without the plugin they never do",
     "pauses, which are in the memory of the producers, and suspended jobs. Of each queue and "
     "priority it reads the 1,000 latest completed jobs",
     "SIGTERM: the supervisor stops the producers and waits for running jobs, 15 s by default "
     "(`shutdown_grace_period`)",
     true,
     "completed jobs, for 60 s by default (`max_age` of the Pruner): raise it to learn from "
     "them"},
    {"good-job", "GoodJob", kWindow, seconds{10}, "public", kFixed, kFixed, seconds{0},
     "PostgreSQL itself: a job is held by an advisory lock of the session, which ends with the "
     "connection (not so if `lock_strategy` is `skiplocked`)",
     "whether a job that began is still held: one that was interrupted counts as running until "
     "another worker takes it. Jobs without a queue are the queue `default`. `failed` and `done` "
     "are those of the last 5 minutes",
     "SIGTERM: it takes no more jobs and waits for those that run (`GOOD_JOB_SHUTDOWN_TIMEOUT`, "
     "for ever by default)",
     true,
     "finished jobs, for 14 days by default (`cleanup_preserved_jobs_before_seconds_ago`), "
     "unless `preserve_job_records` is off"},
    {"solid-queue", "Solid Queue", kWindow, seconds{1}, "public", kFixed, kFixed, Minutes{5},
     "any supervisor, once the process has had no heartbeat for 5 min: those jobs fail "
     "(`ProcessPrunedError`) and are not retried",
     "when a job that failed is tried again: a retry is a new job. If `preserve_finished_jobs` "
     "is off, `done` is 0 and only `marker` shows that jobs run",
     "SIGTERM to the supervisor: it waits for running jobs, 5 s by default (`shutdown_timeout`), "
     "and gives back what did not end",
     true,
     "finished jobs, for a day by default (`clear_finished_jobs_after`), unless "
     "`preserve_finished_jobs` is off. They do not say when they began: run times are not "
     "learned from them"},
    {"delayed-job", "Delayed::Job", kTable, seconds{5}, "public", kFixed, "delayed_jobs", hours{4},
     "any worker, which takes a job whose lock is older than `max_run_time`, 4 h by default",
     "pauses, when a job was completed, and a `max_run_time` that is not 4 h. `done` counts the "
     "rows that were deleted: unless `destroy_failed_jobs` is off, a job that failed for good is "
     "one of them",
     "SIGTERM with `Delayed::Worker.raise_signal_exceptions = :term`: the job that runs is given "
     "back at once; without it the worker ends after that job",
     false, "a job is deleted once it is done"},
    {"que", "Que", kTable, seconds{5}, "public", kFixed, kFixed, seconds{0},
     "PostgreSQL itself: a job is held by an advisory lock of the session, which ends with the "
     "connection",
     "pauses, since when a job runs, and which of the held jobs only wait in a worker's memory. "
     "A claim changes no row: `marker` rises with failures and completions only",
     "SIGTERM: it takes no more jobs, waits for those that run, and unlocks those in its memory",
     false, "a job is deleted once it is done; one that is kept does not say when it began"},
    {"pg-boss", "pg-boss", kWindow, seconds{2}, "pgboss", kFixed, kFixed, Minutes{15},
     "the monitor of any instance, once a job is older than its `expireInSeconds` (15 min by "
     "default) or misses its heartbeats: it is retried or fails",
     "pauses, and limits on groups. Schemas 26 to 45 have no index for jobs that run or are "
     "finished: there `running`, `failed` and `done` are what the monitor counted last (once a "
     "minute; set `done = \"queue\"` there), and `marker` is PostgreSQL's count of changed rows, "
     "which heartbeats raise too",
     "`boss.stop({ graceful: true, timeout })` on SIGTERM: it fetches no more jobs and waits; "
     "what does not end in time fails and is retried",
     true,
     "completed jobs, until they are deleted or moved to the archive (7 days by default, 12 "
     "h before version 11)"},
    {"graphile-worker", "Graphile Worker", kTable, seconds{2}, "graphile_worker", kFixed, kFixed,
     hours{4}, "any worker, which unlocks jobs and named queues that have been locked for 4 h",
     "pauses, and when a job was completed (`done` counts the rows that were deleted). A new job "
     "that replaces one by its key raises `marker` as a claim does",
     "SIGTERM: it takes no more jobs and waits for those that run, 5 s by default "
     "(`gracefulShutdownAbortTimeout`); what did not end is retried",
     false, "a job is deleted once it is done"},
    {"procrastinate", "Procrastinate", kWindow, seconds{5}, "public", kFixed, kFixed, kNever,
     "you sweep them with `job_manager.get_stalled_jobs()` and `retry_job()`",
     "pauses before migration 03.10.00. `done` and `failed` are what the latest 20,000 events say "
     "about the last 5 minutes; with `delete_jobs` the events of finished jobs are gone, and "
     "`done` stays 0",
     "SIGTERM: it takes no more jobs and waits for those that run (`shutdown_graceful_timeout`)",
     true,
     "the events of finished jobs, unless `delete_jobs` deletes them; the latest 60,000 are "
     "read"},
    {"pgmq", "PGMQ", kTable, seconds{5}, "pgmq", kFixed, kFixed, seconds{30},
     "the end of the visibility timeout that the reader gave (30 s is usual)",
     "pauses, the order within a group (messages behind another of their group count as runnable), "
     "before version 1.10 since when a message is being read, and which reading was one too many: "
     "`failed` are the messages that were read and are visible again. `done` counts the messages "
     "that were deleted or archived. `set_vt` raises `marker` as a reading does",
     "whatever the reader does on SIGTERM; a message that is not deleted comes back", false,
     "a message is deleted once it is done; one that is archived does not say when it was "
     "read first"},
    {"hangfire", "Hangfire.PostgreSql", kTable, seconds{15}, "hangfire", kFixed, kFixed,
     Minutes{30},
     "any server, once they have been fetched for longer than `InvisibilityTimeout`, 30 min by "
     "default",
     "pauses, the queue of scheduled and failed jobs (`unpromoted`, `done` and `failed` are "
     "those of the whole storage), and an `InvisibilityTimeout` that is not 30 min. With "
     "`UseSlidingInvisibilityTimeout` each running job raises `marker` 5 times within it",
     "dispose the `BackgroundJobServer` on SIGTERM: it fetches no more jobs and waits "
     "(`ShutdownTimeout`, 15 s); what did not end is queued again",
     false, "a finished job does not say any more which queue it was in"},
    {"quartz", "Quartz", kTable, seconds{30}, "public", "qrtz_", kFixed, seconds{22},
     "another node of the cluster, about 22 s after the last check-in; without clustering the "
     "scheduler does so when it starts",
     "when a job was completed (`done` counts the fired triggers that were deleted). Its times "
     "are the application's clock",
     "`scheduler.shutdown(true)` on SIGTERM: it fires no more triggers and waits for the jobs "
     "that run",
     false, "a fired trigger is deleted once it is done"},
    {"pgqueuer", "PgQueuer", kWindow, seconds{30}, "public", "", kFixed, seconds{30},
     "any worker, once a job has had no heartbeat for 30 s (`heartbeat_timeout`)",
     "pauses, and limits on concurrency (`concurrency_limit`): jobs behind one count as runnable",
     "SIGTERM: it takes no more jobs and waits for those that run", true,
     "its log, which is kept until you delete it; the latest 60,000 rows are read"},
    {"db-scheduler", "db-scheduler", kTable, seconds{10}, "public", kFixed, "scheduled_tasks",
     Minutes{30},
     "any scheduler, once an execution has missed 6 heartbeats of 5 min: its "
     "`DeadExecutionHandler` decides",
     "pauses, and since when a task runs: `oldest_running_s` counts from when it was due. `done` "
     "counts one-time tasks, which are deleted; recurring ones show in `last_done_at`",
     "`scheduler.stop()` on SIGTERM: it picks no more executions and waits (`shutdownMaxWait`, "
     "30 min)",
     false, "an execution is deleted or used again once it is done"},
    {"pgq", "PgQ", kQueue, seconds{2}, "pgq", kFixed, kFixed, seconds{0},
     "the next worker of the same consumer, which gets the same batch",
     "which events of a batch are done: `done` is the position of the consumer, and a batch "
     "counts as one running job. Positions are event numbers, which have gaps after a rollback and "
     "`pgq.force_tick`: `runnable` is too large until the consumer is past them",
     "SIGINT: the consumer finishes its batch", false,
     "a batch does not say when its events were done"},
    {"laravel", "Laravel", kTable, seconds{3}, "public", kFixed, "jobs", seconds{90},
     "any worker, once they have been reserved for `retry_after`, 90 s by default",
     "pauses, and a `retry_after` that is not 90 s. A retry deletes the job's row and adds it "
     "again, so it counts as `done` too. Failed jobs are read from `failed_jobs` if it is in the "
     "same schema. Its times are the application's clock",
     "SIGTERM to `queue:work` (needs the `pcntl` extension): it ends after the job that runs; "
     "`stopwaitsecs` of a supervisor must be longer than that",
     false, "a job is deleted once it is done"},
    {"odoo", "Odoo queue_job", kWindow, seconds{60}, "public", kFixed, kFixed, kNever,
     "versions with the table `queue_job_lock` reset them within a minute; before, the scheduled "
     "action \"Jobs Garbage Collector\" does so, if it is configured for started jobs",
     "the capacity of channels, and pauses. A job that waits for another (`wait_dependencies`) "
     "is `blocked`. A job of `root.mail` counts for the queue `root.mail` alone",
     "SIGTERM to Odoo: workers end after their request; the runner ends at once", true,
     "done jobs, for 30 days by default (`removal_interval` of their channel)"},
};

}  // namespace

std::span<const Preset> preset_table() {
  return kPresets;
}

}  // namespace jobflip::core
