-- Delayed::Job. Its times are UTC without a zone, and its rows are deleted when they are done. A
-- lock that is older than max_run_time, 4 hours, holds nobody off any more.
with jobs as (
  select coalesce(nullif(queue, ''), 'default') as queue, id, attempts, run_at, locked_at,
         failed_at, created_at, failed_at is null and run_at <= now()
           and (locked_at is null or locked_at < now() - interval '4 hours') as is_ready,
         failed_at is null and locked_at is null and run_at > now() as is_later,
         failed_at is null and locked_at >= now() - interval '4 hours' as is_held
  from {jobs}
), by_queue as (
  select queue, count(*) filter (where is_ready) as runnable,
         min(run_at) filter (where is_ready) as since,
         min(run_at) filter (where is_ready and attempts = 0) as untried_since,
         min(id) filter (where is_ready) as head,
         count(*) filter (where is_held) as running,
         min(locked_at) filter (where is_held) as held_since,
         count(failed_at) as failed,
         count(*) filter (where is_later and attempts > 0) as deferred,
         min(created_at) filter (where is_later and attempts > 0) as deferred_since,
         min(run_at) filter (where is_later and attempts = 0) as next_at
  from jobs group by queue
), names as (select queue from by_queue union select null)
select n.queue, coalesce(q.runnable, 0) as runnable,
       extract(epoch from now() - q.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(q.running, 0) as running,
       extract(epoch from now() - q.held_since)::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:jobs}) as done,  -- of the whole table
       null::timestamptz as last_done_at, coalesce(q.failed, 0) as failed, null::boolean as paused,
       pg_stat_get_tuples_updated({oid:jobs}) as marker,  -- claims and failures
       q.head::text as head, coalesce(q.deferred, 0) as deferred,
       extract(epoch from now() - q.deferred_since)::float8 as oldest_deferred_s,
       extract(epoch from now() - q.untried_since)::float8 as oldest_untried_s,
       extract(epoch from q.next_at - now())::float8 as expected_next_s
from names n left join by_queue q using (queue)
