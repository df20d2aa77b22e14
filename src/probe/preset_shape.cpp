#include "probe/preset_shape.hpp"

#include <algorithm>

namespace jobflip::probe {
namespace {

constexpr Shape kShapes[]{
    {"river",
     {{"job", "river_job"},
      {"queue", "river_queue", "null::text as name, null::timestamptz as paused_at"},
      {"migration", "river_migration", "null::bigint as version"}},
     {{"migration 2 and later",
       "river.sql",
       {{"job",
         "id, queue, state, priority, attempt, scheduled_at, attempted_at, finalized_at, "
         "created_at, errors"},
        {"queue", "name, paused_at"}},
       "select id from {job} where state = 'running' and {name:queue} = $1 order by attempted_at"}},
     "select max(version) from {migration} m",
     "",
     "history_river.sql"},
    {"oban",
     {{"jobs", "oban_jobs"}},
     {{"migration 9 and later",
       "oban.sql",
       {{"jobs",
         "id, state, queue, priority, attempt, inserted_at, scheduled_at, attempted_at, "
         "completed_at, discarded_at, cancelled_at"}},
       "select id from {jobs} where state = 'executing' and {name:queue} = $1 "
       "order by attempted_at"}},
     "select obj_description({oid:jobs}, 'pg_class')",
     "",
     "history_oban.sql"},
    {"good-job",
     {{"jobs", "good_jobs"},
      {"executions", "good_job_executions"},
      {"settings", "good_job_settings", "null::text as key, null::jsonb as value"}},
     {{"version 4, and 3 with all its migrations",
       "good_job.sql",
       {{"jobs",
         "id, queue_name, scheduled_at, performed_at, finished_at, created_at, error, "
         "executions_count, retried_good_job_id"},
        {"executions", ""},
        {"settings", "key, value"}},
       "select id from {jobs} where finished_at is null and performed_at is not null "
       "and {name:coalesce(queue_name, 'default')} = $1 order by performed_at"}},
     "",
     "",
     "history_good_job.sql"},
    {"solid-queue",
     {{"jobs", "solid_queue_jobs"},
      {"ready_executions", "solid_queue_ready_executions"},
      {"scheduled_executions", "solid_queue_scheduled_executions"},
      {"blocked_executions", "solid_queue_blocked_executions"},
      {"claimed_executions", "solid_queue_claimed_executions"},
      {"failed_executions", "solid_queue_failed_executions"},
      {"pauses", "solid_queue_pauses"}},
     {{"1.0 and later",
       "solid_queue.sql",
       {{"jobs", "id, queue_name, finished_at, concurrency_key"},
        {"ready_executions", "job_id, queue_name, created_at"},
        {"scheduled_executions", "job_id, queue_name, scheduled_at"},
        {"blocked_executions", "queue_name"},
        {"claimed_executions", "job_id, created_at"},
        {"failed_executions", "job_id"},
        {"pauses", "queue_name"}},
       "select j.id from {claimed_executions} c join {jobs} j on j.id = c.job_id "
       "where {name:j.queue_name} = $1 order by c.created_at"}},
     "",
     "",
     "history_solid_queue.sql"},
    {"delayed-job",
     {{"jobs", ""}},
     {{"4 and later, with Active Record",
       "delayed_job.sql",
       {{"jobs", "id, queue, attempts, run_at, locked_at, failed_at, created_at, handler"}},
       "select id from {jobs} where failed_at is null and locked_at >= now() - interval '4 hours' "
       "and {name:coalesce(nullif(queue, ''), 'default')} = $1 order by locked_at"}}},
    {"que",
     {{"jobs", "que_jobs"}, {"lockers", "que_lockers"}},
     {{"1 and 2 (schema 4 and later)",
       "que.sql",
       {{"jobs", "id, queue, run_at, error_count, finished_at, expired_at"}, {"lockers", "pid"}},
       "select j.id from (select (l.classid::bigint << 32) + l.objid::bigint as id "
       "from pg_catalog.pg_locks l join {lockers} k on k.pid = l.pid "
       "where l.locktype = 'advisory' and l.objsubid = 1 and l.granted and l.database = "
       "(select oid from pg_catalog.pg_database where datname = current_database())) l "
       "join {jobs} j using (id) where j.finished_at is null and j.expired_at is null "
       "and {name:j.queue} = $1 order by j.id"}},
     "select obj_description({oid:jobs}, 'pg_class')"},
    {"pg-boss",
     {{"job", "job"}, {"queue", "queue"}, {"version", "version", "null::int as version"}},
     {{"schema 46 and later (12.38)",
       "pgboss_46.sql",
       {{"job",
         "id, name, state, priority, start_after, started_on, completed_on, created_on, "
         "retry_count, expire_seconds, singleton_key, policy, blocked"},
        {"queue", "name, policy, retained_on"}},
       "select j.id from {queue} q join {job} j on j.name = q.name and j.state = 'active' "
       "where {name:q.name} = $1 order by j.started_on"},
      {"with blocked jobs, up to 45 (12.27)",
       "pgboss_37.sql",
       {{"job",
         "id, name, state, start_after, created_on, retry_count, singleton_key, policy, blocked"},
        {"queue",
         "name, policy, table_name, total_count, queued_count, active_count, failed_count"}}},
      {"schema 26 (11)",
       "pgboss_26.sql",
       {{"job", "id, name, state, start_after, created_on, retry_count, singleton_key, policy"},
        {"queue", "name, policy, table_name, total_count, queued_count, active_count"}}},
      {"schema 22 to 24 (10)",
       "pgboss_24.sql",
       {{"job",
         "id, name, state, start_after, started_on, completed_on, created_on, retry_count, "
         "expire_in, singleton_key, policy"},
        {"queue", "name, policy, partition_name"}}}},
     "select version from {version} v",
     "select name from {queue} order by 1 limit 20",
     "history_pgboss.sql"},
    {"graphile-worker",
     {{"jobs", "jobs"},
      {"private_jobs", "_private_jobs"},
      {"migrations", "migrations", "null::int as id"}},
     {{"migration 17 and later (0.16), which has the view jobs",
       "graphile_worker.sql",
       {{"jobs",
         "id, queue_name, task_identifier, run_at, attempts, max_attempts, created_at, "
         "locked_at"},
        {"private_jobs", ""}},
       "select id from {jobs} where locked_at is not null and {name:task_identifier} = $1 "
       "order by locked_at"}},
     "select max(id) from {migrations} m"},
    {"procrastinate",
     {{"jobs", "procrastinate_jobs"},
      {"events", "procrastinate_events"},
      {"paused", "procrastinate_paused_queues", "null::text as queue_name"}},
     {{"migrations 03.10.00 and later",
       "procrastinate_3_10.sql",
       {{"jobs",
         "id, queue_name, status, priority, lock, lock_mode, scheduled_at, deferred_at, attempts"},
        {"events", "id, job_id, type, at"},
        {"paused", "queue_name"}},
       "select id from {jobs} where status = 'doing' and {name:queue_name} = $1 order by id"},
      {"2.1 and later (with a priority)",
       "procrastinate.sql",
       {{"jobs", "id, queue_name, status, priority, lock, scheduled_at, attempts, queueing_lock"},
        {"events", "id, job_id, type, at"}},
       "select id from {jobs} where status = 'doing' and {name:queue_name} = $1 order by id"}},
     "",
     "",
     "history_procrastinate.sql"},
    {"pgmq",
     {{"meta", "meta"}, {"queue", "q_@"}, {"archive", "a_@"}},
     {{"1.10 and later",
       "pgmq.sql",
       {{"meta", "queue_name, is_partitioned"},
        {"queue", "msg_id, read_ct, last_read_at, vt"},
        {"archive", "archived_at"}},
       "select msg_id from {queue} where vt > now() and read_ct > 0 order by msg_id"},
      {"1.0 to 1.9",
       "pgmq_1_0.sql",
       {{"meta", "queue_name, is_partitioned"},
        {"queue", "msg_id, read_ct, vt"},
        {"archive", "archived_at"}},
       "select msg_id from {queue} where vt > now() and read_ct > 0 order by msg_id"}},
     "select extversion from pg_catalog.pg_extension where extname = 'pgmq'",
     "select queue_name from {meta} order by 1 limit 20"},
    {"hangfire",
     {{"jobqueue", "jobqueue"},
      {"job", "job"},
      {"state", "state"},
      {"counter", "counter"},
      {"aggregatedcounter", "aggregatedcounter"},
      {"set", "set"},
      {"schema", "schema", "null::int as version"}},
     {{"schema 18 and later",
       "hangfire.sql",
       {{"jobqueue", "queue, jobid, fetchedat"},
        {"job", "id, stateid, statename"},
        {"state", "id, createdat"},
        {"counter", "key, value"},
        {"aggregatedcounter", "key, value"},
        {"set", "key, value, score"}},
       "select jobid from {jobqueue} where fetchedat >= now() - interval '30 min' "
       "and {name:queue} = $1 order by fetchedat"}},
     "select max(version) from {schema} s"},
    {"quartz",
     {{"triggers", "triggers"},
      {"fired_triggers", "fired_triggers"},
      {"paused_trigger_grps", "paused_trigger_grps"}},
     {{"2.x",
       "quartz.sql",
       {{"triggers", "sched_name, trigger_name, trigger_group, trigger_state, next_fire_time"},
        {"fired_triggers", "sched_name, trigger_group, state, fired_time"},
        {"paused_trigger_grps", "sched_name, trigger_group"}}}}},
    {"pgqueuer",
     {{"jobs", "pgqueuer"}, {"log", "pgqueuer_log"}},
     {{"with attempts and execute_after (run `pgq upgrade`)",
       "pgqueuer.sql",
       {{"jobs", "id, entrypoint, status, created, updated, execute_after, attempts, heartbeat"},
        {"log", "created, entrypoint, status"}},
       "select id from {jobs} where status = 'picked' and {name:entrypoint} = $1 "
       "order by updated"}},
     "",
     "",
     "history_pgqueuer.sql"},
    {"db-scheduler",
     {{"tasks", ""}},
     {{"with consecutive_failures and last_heartbeat",
       "db_scheduler.sql",
       {{"tasks",
         "task_name, task_instance, execution_time, picked, last_success, last_heartbeat, "
         "consecutive_failures, version"}},
       "select task_instance from {tasks} where picked and {name:task_name} = $1 "
       "order by execution_time"}}},
    {"pgq",
     {{"subscription", "subscription"},
      {"queue", "queue"},
      {"consumer", "consumer"},
      {"tick", "tick"},
      {"retry_queue", "retry_queue"}},
     {{"3.x",
       "pgq.sql",
       {{"subscription", "sub_id, sub_queue, sub_consumer, sub_last_tick, sub_active, sub_batch"},
        {"queue", "queue_id, queue_name, queue_event_seq, queue_ticker_paused"},
        {"consumer", "co_id, co_name"},
        {"tick", "tick_queue, tick_id, tick_time, tick_event_seq"},
        {"retry_queue", "ev_owner, ev_retry_after, ev_time"}},
       "select 'batch ' || s.sub_batch from {subscription} s "
       "join {queue} q on q.queue_id = s.sub_queue join {consumer} c on c.co_id = s.sub_consumer "
       "where s.sub_batch is not null and {name:q.queue_name || '/' || c.co_name} = $1"}},
     "select extversion from pg_catalog.pg_extension where extname = 'pgq'",
     "select q.queue_name || '/' || c.co_name from {subscription} s "
     "join {queue} q on q.queue_id = s.sub_queue join {consumer} c on c.co_id = s.sub_consumer "
     "order by 1 limit 20"},
    {"laravel",
     {{"jobs", ""}, {"failed_jobs", "failed_jobs", "null::text as queue"}},
     {{"the database driver of 5.3 and later",
       "laravel.sql",
       {{"jobs", "id, queue, attempts, reserved_at, available_at, created_at, payload"},
        {"failed_jobs", "queue"}},
       "select id from {jobs} where reserved_at is not null and {name:queue} = $1 "
       "order by reserved_at"}}},
    {"odoo",
     {{"jobs", "queue_job"}},
     {{"13.0 and later",
       "odoo.sql",
       {{"jobs",
         "uuid, channel, state, retry, eta, date_created, date_enqueued, date_started, "
         "date_done"}},
       "select uuid from {jobs} where state = 'started' and {name:channel} = $1 "
       "order by date_started"}},
     "",
     "",
     "history_odoo.sql"},
};

}  // namespace

std::span<const Shape> shapes() {
  return kShapes;
}

const Shape* find_shape(std::string_view preset) {
  const auto found = std::ranges::find(shapes(), preset, &Shape::preset);
  return found == shapes().end() ? nullptr : &*found;
}

std::vector<std::string> columns_of(const Need& need) {
  std::vector<std::string> out;
  auto rest = need.columns;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(", "), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return out;
}

}  // namespace jobflip::probe
