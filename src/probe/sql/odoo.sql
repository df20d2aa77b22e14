-- Odoo queue_job. Times are UTC without a zone. The runner hands a pending job over (enqueued), and
-- a worker starts it: what is handed over and not started counts as due and unpromoted.
with recursive open as (
  select channel as queue, uuid, state, retry, date_created, date_started,
         coalesce(eta, date_created) as due_at,
         state = 'enqueued' or state = 'pending' and coalesce(eta <= now(), true) as is_ready,
         state = 'pending' and eta > now() as is_later
  from {jobs} where state in ('wait_dependencies', 'pending', 'enqueued', 'started')
), by_channel as (
  select queue, count(*) filter (where is_ready) as runnable,
         min(due_at) filter (where is_ready) as since,
         count(*) filter (where state = 'enqueued') as unpromoted,
         min(due_at) filter (where is_ready and coalesce(retry, 0) = 0) as untried_since,
         min(due_at::text || ' ' || uuid) filter (where is_ready) as head,
         count(*) filter (where state = 'started') as running,
         min(date_started) filter (where state = 'started') as held_since,
         count(*) filter (where state = 'wait_dependencies') as blocked,
         count(*) filter (where is_later and retry > 0) as deferred,
         min(date_created) filter (where is_later and retry > 0) as deferred_since,
         min(due_at) filter (where is_later and coalesce(retry, 0) = 0) as next_at,
         max(date_started) as newest
  from open group by queue
), channels as (  -- one step in the index on channel for each
  (select channel from {jobs} where channel is not null order by channel limit 1)
  union all
  select next.channel from channels c cross join lateral (
    select channel from {jobs} where channel > c.channel order by channel limit 1) next
), recent as (  -- newer versions have an index on (channel, date_done)
  select c.channel as queue, count(*) as done, max(j.date_done) as last_done_at,
         max(j.date_started) as newest
  from channels c join {jobs} j on j.channel = c.channel
  where j.date_done > now() - interval '5 min' and j.state = 'done' group by 1
), failed as (
  select channel as queue, count(*) as failed, max(date_started) as newest
  from {jobs} where state = 'failed' group by 1
), names as (
  select queue from by_channel union select queue from recent union select queue from failed
  union select channel from channels union select null
)
select n.queue, coalesce(q.runnable, 0) as runnable,
       extract(epoch from now() - q.since)::float8 as oldest_runnable_s,
       coalesce(q.unpromoted, 0) as unpromoted, coalesce(q.running, 0) as running,
       extract(epoch from now() - q.held_since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at, coalesce(failed.failed, 0) as failed,
       null::boolean as paused,
       (extract(epoch from greatest(q.newest, recent.newest, failed.newest)) * 1000000)::bigint
         as marker,
       q.head, coalesce(q.blocked, 0) as blocked, coalesce(q.deferred, 0) as deferred,
       extract(epoch from now() - q.deferred_since)::float8 as oldest_deferred_s,
       extract(epoch from now() - q.untried_since)::float8 as oldest_untried_s,
       extract(epoch from q.next_at - now())::float8 as expected_next_s
from names n left join by_channel q using (queue) left join recent using (queue)
left join failed using (queue)
