-- PgQueuer. Rows are deleted when they are done; what became of them is in the log, which has an
-- index on its time. An installation that was upgraded in part may lack some words of the status.
with waiting as (
  select entrypoint as queue, count(*) filter (where execute_after <= now()) as runnable,
         min(execute_after) filter (where execute_after <= now()) as since,
         min(execute_after) filter (where execute_after <= now() and attempts = 0) as untried_since,
         min(id) filter (where execute_after <= now()) as head,
         count(*) filter (where execute_after > now() and attempts > 0) as deferred,
         min(created) filter (where execute_after > now() and attempts > 0) as deferred_since,
         min(execute_after) filter (where execute_after > now() and attempts = 0) as next_at
  from {jobs} where status = 'queued' group by 1
), held as (
  select entrypoint as queue, count(*) as running, min(updated) as since, max(updated) as newest
  from {jobs} where status = 'picked' group by 1
), recent as (
  select entrypoint as queue, count(*) filter (where status::text = 'successful') as done,
         max(created) filter (where status::text = 'successful') as last_done_at,
         count(*) filter (where status::text in ('exception', 'failed')) as failed,
         max(created) as newest
  from {log}
  where created > now() - interval '5 min'
    and status::text in ('picked', 'successful', 'exception', 'failed') group by 1
), names as (
  select queue from waiting union select queue from held union select queue from recent
  union select null
)
select n.queue, coalesce(w.runnable, 0) as runnable,
       extract(epoch from now() - w.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at, coalesce(recent.failed, 0) as failed,
       null::boolean as paused,
       (extract(epoch from greatest(held.newest, recent.newest)) * 1000000)::bigint as marker,
       w.head::text as head, coalesce(w.deferred, 0) as deferred,
       extract(epoch from now() - w.deferred_since)::float8 as oldest_deferred_s,
       extract(epoch from now() - w.untried_since)::float8 as oldest_untried_s,
       extract(epoch from w.next_at - now())::float8 as expected_next_s
from names n left join waiting w using (queue) left join held using (queue)
left join recent using (queue)
