-- River. Its rows stay for a day to a week after they are finished, so those are read through the
-- index on (state, finalized_at), 5 minutes back. The tables have no time zone trap: timestamptz.
with open as (  -- as River fetches: not before its time, whether promoted or not
  select queue, scheduled_at, attempt, false as is_unpromoted
  from {job} where state = 'available' and scheduled_at <= now()
  union all
  select queue, scheduled_at, attempt, true
  from {job} where state = 'scheduled' and scheduled_at <= now()
  union all
  select queue, scheduled_at, attempt, true
  from {job} where state = 'retryable' and scheduled_at <= now()
), due as (
  select queue, count(*) as runnable, min(scheduled_at) as since,
         count(*) filter (where is_unpromoted) as unpromoted,
         min(scheduled_at) filter (where attempt = 0) as untried_since
  from open group by queue
), held as (
  select queue, count(*) as running, min(attempted_at) as since, max(attempted_at) as newest
  from {job} where state = 'running' group by queue
), waiting as (  -- failed, and not due again yet
  select queue, count(*) filter (where scheduled_at > now()) as deferred,
         min(coalesce(
           case when errors[1] ->> 'at' ~ '^\d\d\d\d-\d\d-\d\dT'
             then (errors[1] ->> 'at')::timestamptz end,
           created_at)) filter (where scheduled_at > now()) as since,
         count(*) filter (where attempted_at > now() - interval '5 min') as failed,
         max(attempted_at) as newest
  from {job} where state = 'retryable' group by queue
), recent as (
  select queue, count(*) filter (where state = 'completed') as done,
         max(finalized_at) filter (where state = 'completed') as last_done_at,
         count(*) filter (where state = 'discarded') as failed, max(attempted_at) as newest
  from {job}
  where state in ('completed', 'discarded') and finalized_at > now() - interval '5 min'
  group by queue
), names as (
  select queue from due union select queue from held union select queue from waiting
  union select queue from recent union select name from {queue} q union select null
)
select n.queue, coalesce(due.runnable, 0) as runnable,
       extract(epoch from now() - due.since)::float8 as oldest_runnable_s,
       coalesce(due.unpromoted, 0) as unpromoted, coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at,
       coalesce(recent.failed, 0) + coalesce(waiting.failed, 0) as failed,
       coalesce(p.paused_at is not null, false) as paused,
       (extract(epoch from greatest(held.newest, waiting.newest, recent.newest)) * 1000000)::bigint
         as marker,
       (select id from {job} j where j.state = 'available' and j.queue = n.queue
          and j.scheduled_at <= now()
        order by j.priority, j.scheduled_at, j.id limit 1)::text as head,
       coalesce(waiting.deferred, 0) as deferred,
       extract(epoch from now() - waiting.since)::float8 as oldest_deferred_s,
       extract(epoch from now() - due.untried_since)::float8 as oldest_untried_s,
       (select extract(epoch from min(next.at) - now())::float8  -- one step in the index for each
        from generate_series(1, 4) as priority cross join lateral (
          select min(scheduled_at) as at from {job} j
          where j.state = 'scheduled' and j.queue = n.queue and j.priority = priority.priority
            and j.scheduled_at > now()) as next) as expected_next_s
from names n
left join due using (queue) left join held using (queue) left join waiting using (queue)
left join recent using (queue) left join {queue} p on p.name = n.queue
