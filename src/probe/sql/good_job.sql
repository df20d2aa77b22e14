-- GoodJob. Its times are UTC without a zone. retried_good_job_id is never set since version 4, and
-- the index on finished_at wants to be told. Each attempt is a row in good_job_executions.
with unfinished as (
  select id, coalesce(queue_name, 'default') as queue, performed_at, created_at,
         coalesce(scheduled_at, created_at) as due_at, coalesce(executions_count, 0) as tries
  from {jobs} where finished_at is null
), open as (
  select queue,
         count(*) filter (where performed_at is null and due_at <= now()) as runnable,
         min(due_at) filter (where performed_at is null and due_at <= now()) as since,
         min(due_at) filter (where performed_at is null and due_at <= now() and tries = 0)
           as untried_since,
         min(due_at::text || ' ' || id) filter (where performed_at is null and due_at <= now())
           as head,
         count(performed_at) as running, min(performed_at) as running_since,
         count(*) filter (where performed_at is null and due_at > now() and tries > 0) as deferred,
         min(created_at) filter (where performed_at is null and due_at > now() and tries > 0)
           as deferred_since,
         min(due_at) filter (where performed_at is null and due_at > now() and tries = 0) as next_at
  from unfinished group by queue
), recent as (
  select coalesce(queue_name, 'default') as queue, count(*) filter (where error is null) as done,
         max(finished_at) filter (where error is null) as last_done_at,
         count(error) as failed
  from {jobs}
  where finished_at > now() - interval '5 min' and retried_good_job_id is null group by 1
), paused as (
  select jsonb_array_elements_text(value -> 'queues') as queue
  from {settings} s where key = 'pauses'
), names as (
  select queue from open union select queue from recent union select queue from paused
  union select null
)
select n.queue, coalesce(o.runnable, 0) as runnable,
       extract(epoch from now() - o.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(o.running, 0) as running,
       extract(epoch from now() - o.running_since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at, coalesce(recent.failed, 0) as failed,
       exists (select from paused p where p.queue = n.queue) as paused,
       pg_stat_get_tuples_inserted({oid:executions}) as marker,  -- of the whole table
       o.head, coalesce(o.deferred, 0) as deferred,
       extract(epoch from now() - o.deferred_since)::float8 as oldest_deferred_s,
       extract(epoch from now() - o.untried_since)::float8 as oldest_untried_s,
       extract(epoch from o.next_at - now())::float8 as expected_next_s
from names n left join open o using (queue) left join recent using (queue)
