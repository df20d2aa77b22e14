-- pg-boss 10, schema 24: a partition for each queue, which holds the finished jobs of the last
-- 12 hours. No index serves those or the running ones, so the queue's own partition is read once.
select q.name as queue, w.runnable,
       extract(epoch from now() - w.since)::float8 as oldest_runnable_s,
       0 as unpromoted, w.running, extract(epoch from now() - w.running_since)::float8
         as oldest_running_s,
       w.done, w.last_done_at, w.failed, null::boolean as paused,
       (extract(epoch from w.newest) * 1000000)::bigint as marker,
       w.head, w.blocked, w.deferred,
       extract(epoch from now() - w.deferred_since)::float8 as oldest_deferred_s,
       w.overdue as overdue_running,
       extract(epoch from now() - w.untried_since)::float8 as oldest_untried_s,
       extract(epoch from w.next_at - now())::float8 as expected_next_s
from {queue} q
cross join lateral (
  select count(*) filter (where is_due and not is_behind) as runnable,
         min(start_after) filter (where is_due and not is_behind) as since,
         min(start_after) filter (where is_due and not is_behind and retry_count = 0)
           as untried_since,
         (min((start_after, id)::text) filter (where is_due and not is_behind)) as head,
         count(*) filter (where is_due and is_behind) as blocked,
         count(*) filter (where state = 'retry' and start_after > now()) as deferred,
         min(created_on) filter (where state = 'retry' and start_after > now()) as deferred_since,
         min(start_after) filter (where state = 'created' and start_after > now()) as next_at,
         count(*) filter (where state = 'active') as running,
         min(started_on) filter (where state = 'active') as running_since,
         count(*) filter (where state = 'active' and started_on < now() - expire_in) as overdue,
         count(*) filter (where state = 'completed' and is_recent) as done,
         max(completed_on) filter (where state = 'completed') as last_done_at,
         count(*) filter (where state = 'failed' and is_recent
           or state = 'retry' and started_on > now() - interval '5 min') as failed,
         max(started_on) as newest
  from (
    select j.id, j.state, j.start_after, j.created_on, j.started_on, j.completed_on, j.retry_count,
           j.expire_in, j.state < 'active' and j.start_after <= now() as is_due,
           j.completed_on > now() - interval '5 min' as is_recent,
           q.policy in ('singleton', 'stately') and j.state < 'active' and (
             exists (  -- one for each partial index
               select from {job} a
               where a.name = j.name and a.state = 'active' and a.policy = 'singleton'
                 and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, ''))
             or exists (
               select from {job} a
               where a.name = j.name and a.state = 'active' and a.policy = 'stately'
                 and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, ''))) as is_behind
    from {job} j where j.name = q.name) j
) w
where {name:q.name} = $1
