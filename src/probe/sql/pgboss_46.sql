-- pg-boss 12.38, schema 46: job_i14 (name, state, blocked, start_after) and job_i16 (name,
-- completed_on) serve everything. A policy lets one job of a key run: those behind it are blocked.
select q.name as queue, w.runnable,
       extract(epoch from now() - w.since)::float8 as oldest_runnable_s,
       0 as unpromoted, r.running, extract(epoch from now() - r.since)::float8 as oldest_running_s,
       d.done, d.last_done_at, d.failed + w.failed as failed, null::boolean as paused,
       (extract(epoch from greatest(r.newest, w.newest, d.newest)) * 1000000)::bigint as marker,
       w.head, w.blocked + b.blocked as blocked, w.deferred,
       extract(epoch from now() - w.deferred_since)::float8 as oldest_deferred_s,
       r.overdue as overdue_running,
       extract(epoch from now() - w.untried_since)::float8 as oldest_untried_s,
       extract(epoch from (select min(start_after) from {job} n
                           where n.name = q.name and n.state = 'created' and not n.blocked
                             and n.start_after > now()) - now())::float8 as expected_next_s
from {queue} q
cross join lateral (
  select count(*) filter (where is_due and not is_behind) as runnable,
         min(start_after) filter (where is_due and not is_behind) as since,
         min(start_after) filter (where is_due and not is_behind and retry_count = 0)
           as untried_since,
         (min((start_after, id)::text) filter (where is_due and not is_behind)) as head,
         count(*) filter (where is_due and is_behind) as blocked,
         count(*) filter (where state = 'retry' and not is_due) as deferred,
         min(created_on) filter (where state = 'retry' and not is_due) as deferred_since,
         count(*) filter (where state = 'retry' and started_on > now() - interval '5 min')
           as failed,
         max(started_on) as newest
  from (
    select j.id, j.state, j.start_after, j.created_on, j.started_on, j.retry_count,
           j.start_after <= now() as is_due,
           q.policy in ('singleton', 'stately', 'key_strict_fifo') and exists (
             select from {job} a
             where a.name = j.name and a.state = 'active' and not a.blocked
               and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, '')) as is_behind
    from {job} j
    where j.name = q.name and j.state in ('created', 'retry') and not j.blocked
      and (j.start_after <= now() or j.state = 'retry')) j
) w
cross join lateral (
  select count(*) as blocked from {job} j
  where j.name = q.name and j.state in ('created', 'retry') and j.blocked and j.start_after <= now()
) b
cross join lateral (
  select count(*) as running, min(started_on) as since, max(started_on) as newest,
         count(*) filter (where started_on < now() - make_interval(secs => expire_seconds))
           as overdue
  from {job} j where j.name = q.name and j.state = 'active'
) r
cross join lateral (
  select count(*) filter (where state = 'completed') as done,
         max(completed_on) filter (where state = 'completed') as last_done_at,
         count(*) filter (where state = 'failed') as failed, max(started_on) as newest
  from {job} j where j.name = q.name and j.completed_on > now() - interval '5 min'
) d
where {name:q.name} = $1
