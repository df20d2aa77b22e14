-- Hangfire.PostgreSql. Its times have a zone from schema 19 on, and are UTC before. Scheduled and
-- failed jobs have no queue: what is due among them, the failures and the completions are those of
-- the storage.
with jobs as (
  select queue, jobid, fetchedat, coalesce(fetchedat < now() - interval '30 min', true) as is_ready
  from {jobqueue}
), waiting as (
  select queue, count(*) as runnable, min(jobid) as head from jobs where is_ready group by queue
), held as (
  select q.queue, count(*) as running, min(s.createdat) as since
  from jobs q join {job} j on j.id = q.jobid left join {state} s on s.id = j.stateid
  where not q.is_ready group by q.queue
), storage as (
  select (select coalesce(sum(value), 0) from (
            select value from {counter} where key = 'stats:succeeded'
            union all
            select value from {aggregatedcounter} where key = 'stats:succeeded') c)::bigint as done,
         (select count(*) from {job} where statename = 'Failed') as failed,
         (select count(*) from {set} where key = 'schedule'
            and score <= extract(epoch from now())) as unpromoted,
         (select min(score) from {set} where key = 'schedule'
            and score <= extract(epoch from now())) as unpromoted_since,
         (select min(score) from {set} where key = 'schedule'
            and score > extract(epoch from now())) as next_at,
         (select count(*) from {set} r join {set} s on s.key = 'schedule' and s.value = r.value
          where r.key = 'retries' and s.score > extract(epoch from now())) as deferred
), names as (select queue from waiting union select queue from held union select null)
select n.queue, coalesce(w.runnable, 0) + g.unpromoted as runnable,
       greatest(extract(epoch from now() - (
           select s.createdat from {job} j join {state} s on s.id = j.stateid where j.id = w.head)),
         extract(epoch from now()) - g.unpromoted_since)::float8 as oldest_runnable_s,
       g.unpromoted, coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       g.done, null::timestamptz as last_done_at, g.failed, null::boolean as paused,
       pg_stat_get_tuples_updated({oid:jobqueue}) as marker,  -- a fetch changes its row
       w.head::text as head, g.deferred, (g.next_at - extract(epoch from now()))::float8
         as expected_next_s
from names n left join waiting w using (queue) left join held using (queue) cross join storage g
