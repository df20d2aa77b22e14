-- db-scheduler. One-time tasks are deleted when they are done, recurring ones get a new time. Each
-- pick and each reschedule raises the row's version, which starts at 1; heartbeats do not.
with tasks as (
  select task_name as queue, task_instance, execution_time, picked, last_success, last_heartbeat,
         coalesce(consecutive_failures, 0) as failures, version,
         not picked and execution_time <= now() as is_ready,
         not picked and execution_time > now() as is_later
  from {tasks}
), by_task as (
  select queue, count(*) filter (where is_ready) as runnable,
         min(execution_time) filter (where is_ready) as since,
         min(execution_time) filter (where is_ready and failures = 0) as untried_since,
         min(execution_time::text || ' ' || task_instance) filter (where is_ready) as head,
         count(*) filter (where picked) as running,
         min(execution_time) filter (where picked) as running_since,  -- no later than its start
         count(*) filter (where picked and last_heartbeat < now() - interval '30 min') as overdue,
         max(last_success) as last_done_at, sum(failures) as failed,
         count(*) filter (where is_later and failures > 0) as deferred,
         min(execution_time) filter (where is_later and failures = 0) as next_at,
         sum(version - 1) as changes
  from tasks group by queue
), names as (select queue from by_task union select null)
select n.queue, coalesce(t.runnable, 0) as runnable,
       extract(epoch from now() - t.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(t.running, 0) as running,
       extract(epoch from now() - t.running_since)::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:tasks}) as done,  -- one-time tasks, of the whole table
       t.last_done_at, coalesce(t.failed, 0)::bigint as failed, null::boolean as paused,
       (coalesce(t.changes, 0) + pg_stat_get_tuples_deleted({oid:tasks}))::bigint as marker,
       t.head, coalesce(t.deferred, 0) as deferred, coalesce(t.overdue, 0) as overdue_running,
       extract(epoch from now() - t.untried_since)::float8 as oldest_untried_s,
       extract(epoch from t.next_at - now())::float8 as expected_next_s
from names n left join by_task t using (queue)
