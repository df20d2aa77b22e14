-- Solid Queue. Its times are UTC without a zone. A ready execution is due; a scheduled one that is
-- due waits for the dispatcher; a blocked one waits for its concurrency key. Each claim is a row.
with waiting as (
  select queue_name as queue, created_at as due_at, job_id, false as is_unpromoted
  from {ready_executions}
  union all
  select queue_name, scheduled_at, job_id, true
  from {scheduled_executions} where scheduled_at <= now()
), due as (
  select queue, count(*) as runnable, min(due_at) as since,
         count(*) filter (where is_unpromoted) as unpromoted,
         min(job_id) filter (where not is_unpromoted) as head
  from waiting group by queue
), blocked as (
  select queue_name as queue, count(*) as blocked from {blocked_executions} group by 1
), held as (
  select j.queue_name as queue, count(*) as running, min(c.created_at) as since
  from {claimed_executions} c join {jobs} j on j.id = c.job_id group by 1
), recent as (
  select queue_name as queue, count(*) as done, max(finished_at) as last_done_at
  from {jobs} where finished_at > now() - interval '5 min' group by 1
), failed as (
  select j.queue_name as queue, count(*) as failed
  from {failed_executions} x join {jobs} j on j.id = x.job_id group by 1
), later as (
  select queue_name as queue, min(scheduled_at) as next_at
  from {scheduled_executions} where scheduled_at > now() group by 1
), names as (
  select queue from due union select queue from blocked union select queue from held
  union select queue from recent union select queue from failed union select queue from later
  union select queue_name from {pauses} union select null
)
select n.queue, coalesce(due.runnable, 0) as runnable,
       extract(epoch from now() - due.since)::float8 as oldest_runnable_s,
       coalesce(due.unpromoted, 0) as unpromoted, coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at, coalesce(failed.failed, 0) as failed,
       p.queue_name is not null as paused,
       pg_stat_get_tuples_inserted({oid:claimed_executions}) as marker,  -- of the whole table
       due.head::text as head, coalesce(blocked.blocked, 0) as blocked,
       extract(epoch from later.next_at - now())::float8 as expected_next_s
from names n
left join due using (queue) left join blocked using (queue) left join held using (queue)
left join recent using (queue) left join failed using (queue) left join later using (queue)
left join {pauses} p on p.queue_name = n.queue
