-- Que. A job is held by an advisory lock on its number, of a session in que_lockers; a worker
-- locks a few jobs ahead. Rows are deleted when they are done. Finished and expired rows that are
-- kept are not in the index, and not read.
with locked as materialized (
  select (l.classid::bigint << 32) + l.objid::bigint as id
  from pg_catalog.pg_locks l join {lockers} k on k.pid = l.pid
  where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
), jobs as (
  select j.queue, j.id, j.run_at, j.error_count, l.id is not null as is_held,
         l.id is null and j.run_at <= now() as is_ready,
         l.id is null and j.run_at > now() as is_later
  from {jobs} j left join locked l using (id)
  where j.finished_at is null and j.expired_at is null
), by_queue as (
  select queue, count(*) filter (where is_ready) as runnable,
         min(run_at) filter (where is_ready) as since,
         min(run_at) filter (where is_ready and error_count = 0) as untried_since,
         min(id) filter (where is_ready) as head, count(*) filter (where is_held) as running,
         sum(error_count) as failed,
         count(*) filter (where is_later and error_count > 0) as deferred,
         min(run_at) filter (where is_later and error_count = 0) as next_at
  from jobs group by queue
), names as (select queue from by_queue union select null)
select n.queue, coalesce(q.runnable, 0) as runnable,
       extract(epoch from now() - q.since)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(q.running, 0) as running, null::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:jobs}) as done,  -- of the whole table
       null::timestamptz as last_done_at, coalesce(q.failed, 0)::bigint as failed,
       null::boolean as paused,
       -- a claim changes no row: failures and completions do
       pg_stat_get_tuples_updated({oid:jobs}) + pg_stat_get_tuples_deleted({oid:jobs}) as marker,
       q.head::text as head, coalesce(q.deferred, 0) as deferred,
       extract(epoch from now() - q.untried_since)::float8 as oldest_untried_s,
       extract(epoch from q.next_at - now())::float8 as expected_next_s
from names n left join by_queue q using (queue)
