-- Laravel, database driver. Times are seconds of the application's clock. A claim changes a row; a
-- job that is done is deleted, and one that failed is deleted and added again.
with clock as (
  select extract(epoch from now())::bigint as s
), by_queue as (
  select queue, count(*) filter (where reserved_at is null and available_at <= s) as runnable,
         min(available_at) filter (where reserved_at is null and available_at <= s) as since,
         min(available_at) filter (where reserved_at is null and available_at <= s and attempts = 0)
           as untried_since,
         min(id) filter (where reserved_at is null and available_at <= s) as head,
         count(reserved_at) as running, min(reserved_at) as held_since,
         count(*) filter (where reserved_at <= s - 90) as overdue,
         count(*) filter (where reserved_at is null and available_at > s and attempts > 0)
           as deferred,
         min(created_at) filter (where reserved_at is null and available_at > s and attempts > 0)
           as deferred_since,
         min(available_at) filter (where reserved_at is null and available_at > s and attempts = 0)
           as next_at
  from {jobs}, clock group by queue
), failed as (
  select queue, count(*) as failed from {failed_jobs} f group by queue
), names as (select queue from by_queue union select queue from failed union select null)
select n.queue, coalesce(q.runnable, 0) as runnable, (s - q.since)::float8 as oldest_runnable_s,
       0 as unpromoted, coalesce(q.running, 0) as running,
       (s - q.held_since)::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:jobs}) as done,  -- of the whole table
       null::timestamptz as last_done_at, coalesce(failed.failed, 0) as failed,
       null::boolean as paused, pg_stat_get_tuples_updated({oid:jobs}) as marker,
       q.head::text as head, coalesce(q.deferred, 0) as deferred,
       (s - q.deferred_since)::float8 as oldest_deferred_s,
       coalesce(q.overdue, 0) as overdue_running,
       (s - q.untried_since)::float8 as oldest_untried_s, (q.next_at - s)::float8 as expected_next_s
from names n left join by_queue q using (queue) left join failed using (queue) cross join clock
