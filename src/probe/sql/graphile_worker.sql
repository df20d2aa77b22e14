-- Graphile Worker: the view shows every row, its table hides them from whoever does not own it.
-- Rows are deleted when they are done. A queue is a task; a named queue runs one job at a time.
with seen as (
  select id, task_identifier as queue, run_at, attempts, created_at, locked_at,
         locked_at is null and attempts < max_attempts as is_waiting,
         locked_at is null and attempts >= max_attempts as is_given_up,
         queue_name is not null
           and bool_or(locked_at is not null) over (partition by queue_name) as is_behind
  from {jobs}
), by_task as (
  select queue,
         count(*) filter (where is_waiting and run_at <= now() and not is_behind) as runnable,
         min(run_at) filter (where is_waiting and run_at <= now() and not is_behind) as since,
         min(run_at) filter (where is_waiting and run_at <= now() and not is_behind
           and attempts = 0) as untried_since,
         min(id) filter (where is_waiting and run_at <= now() and not is_behind) as head,
         count(*) filter (where is_waiting and run_at <= now() and is_behind) as blocked,
         count(*) filter (where is_waiting and run_at > now() and attempts > 0) as deferred,
         min(created_at) filter (where is_waiting and run_at > now() and attempts > 0)
           as deferred_since,
         min(run_at) filter (where is_waiting and run_at > now() and attempts = 0) as next_at,
         count(locked_at) as running, min(locked_at) as running_since,
         count(*) filter (where locked_at < now() - interval '4 hours') as overdue,
         count(*) filter (where is_given_up) as failed
  from seen group by queue
), names as (select queue from by_task union select null)
select n.queue, coalesce(t.runnable, 0) as runnable,
       extract(epoch from now() - t.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(t.running, 0) as running,
       extract(epoch from now() - t.running_since)::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:private_jobs}) as done,  -- of the whole table
       null::timestamptz as last_done_at, coalesce(t.failed, 0) as failed, null::boolean as paused,
       -- a claim and a failure change a row, a new job does not (unless it replaces one by its key)
       pg_stat_get_tuples_updated({oid:private_jobs}) as marker,
       t.head::text as head, coalesce(t.blocked, 0) as blocked, coalesce(t.deferred, 0) as deferred,
       extract(epoch from now() - t.deferred_since)::float8 as oldest_deferred_s,
       coalesce(t.overdue, 0) as overdue_running,
       extract(epoch from now() - t.untried_since)::float8 as oldest_untried_s,
       extract(epoch from t.next_at - now())::float8 as expected_next_s
from names n left join by_task t using (queue)
