-- Oban. Its times are UTC without a zone, which a session in UTC compares as they are. Finished
-- jobs may be kept for long, and no index has when they finished: of each state, queue and priority
-- the 1,000 that were due last are read by the index (state, queue, priority, scheduled_at, id).
with recursive open as (
  select queue, scheduled_at, attempt, false as is_unpromoted from {jobs} where state = 'available'
  union all
  select queue, scheduled_at, attempt, true
  from {jobs} where state = 'scheduled' and scheduled_at <= now()
  union all
  select queue, scheduled_at, attempt, true
  from {jobs} where state = 'retryable' and scheduled_at <= now()
), due as (
  select queue, count(*) as runnable, min(scheduled_at) as since,
         count(*) filter (where is_unpromoted) as unpromoted,
         min(scheduled_at) filter (where attempt = 0) as untried_since
  from open group by queue
), held as (
  select queue, count(*) as running, min(attempted_at) as since, max(attempted_at) as newest
  from {jobs} where state = 'executing' group by queue
), waiting as (  -- failed, and not due again yet
  select queue, count(*) filter (where scheduled_at > now()) as deferred,
         min(inserted_at) filter (where scheduled_at > now()) as since,
         count(*) filter (where attempted_at > now() - interval '5 min') as failed,
         max(attempted_at) as newest
  from {jobs} where state = 'retryable' group by queue
), lanes as (  -- one step in the index for each
  (select state, queue, priority from {jobs} where state = 'completed'
   order by state, queue, priority limit 1)
  union all
  (select state, queue, priority from {jobs} where state = 'discarded'
   order by state, queue, priority limit 1)
  union all
  select next.* from lanes l cross join lateral (
    select j.state, j.queue, j.priority from {jobs} j
    where j.state = l.state and (j.queue, j.priority) > (l.queue, l.priority)
    order by j.state, j.queue, j.priority limit 1) next
), recent as (
  select l.queue, count(*) filter (where l.state = 'completed' and f.at > now() - interval '5 min')
           as done,
         max(f.at) filter (where l.state = 'completed') as last_done_at,
         count(*) filter (where l.state = 'discarded' and f.at > now() - interval '5 min')
           as failed,
         max(f.attempted_at) as newest
  from lanes l cross join lateral (
    select coalesce(j.completed_at, j.discarded_at) as at, j.attempted_at from {jobs} j
    where j.state = l.state and j.queue = l.queue and j.priority = l.priority
    order by j.scheduled_at desc, j.id desc limit 1000) f
  group by l.queue
), names as (
  select queue from due union select queue from held union select queue from waiting
  union select queue from recent union select null
)
select n.queue, coalesce(due.runnable, 0) as runnable,
       extract(epoch from now() - due.since)::float8 as oldest_runnable_s,
       coalesce(due.unpromoted, 0) as unpromoted, coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at,
       coalesce(recent.failed, 0) + coalesce(waiting.failed, 0) as failed, null::boolean as paused,
       (extract(epoch from greatest(held.newest, waiting.newest, recent.newest)) * 1000000)::bigint
         as marker,
       (select id from {jobs} j where j.state = 'available' and j.queue = n.queue
        order by j.priority, j.scheduled_at, j.id limit 1)::text as head,
       coalesce(waiting.deferred, 0) as deferred,
       extract(epoch from now() - waiting.since)::float8 as oldest_deferred_s,
       extract(epoch from now() - due.untried_since)::float8 as oldest_untried_s,
       (select extract(epoch from min(next.at) - now())::float8
        from generate_series(0, 9) as priority cross join lateral (
          select min(scheduled_at) as at from {jobs} j
          where j.state = 'scheduled' and j.queue = n.queue and j.priority = priority.priority
            and j.scheduled_at > now()) as next) as expected_next_s
from names n
left join due using (queue) left join held using (queue) left join waiting using (queue)
left join recent using (queue)
