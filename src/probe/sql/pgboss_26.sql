-- pg-boss 11, schema 26: as pgboss_37.sql, without blocked jobs and without a count of failed ones.
select q.name as queue, w.runnable,
       extract(epoch from now() - w.since)::float8 as oldest_runnable_s,
       0 as unpromoted, q.active_count as running, null::float8 as oldest_running_s,
       greatest(q.total_count - q.queued_count - q.active_count, 0) as done,
       null::timestamptz as last_done_at, 0 as failed, null::boolean as paused,
       (select pg_stat_get_tuples_updated(c.oid) from pg_catalog.pg_class c
        where c.relname = q.table_name and c.relnamespace = (
          select relnamespace from pg_catalog.pg_class where oid = {oid:job})) as marker,
       w.head, w.blocked, w.deferred,
       extract(epoch from now() - w.deferred_since)::float8 as oldest_deferred_s,
       extract(epoch from now() - w.untried_since)::float8 as oldest_untried_s,
       extract(epoch from (select min(start_after) from {job} n
                           where n.name = q.name and n.state < 'active' and n.state = 'created'
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
         min(created_on) filter (where state = 'retry' and not is_due) as deferred_since
  from (
    select j.id, j.state, j.start_after, j.created_on, j.retry_count,
           j.start_after <= now() as is_due,
           q.policy in ('singleton', 'stately') and (
             exists (  -- one for each partial index
               select from {job} a
               where a.name = j.name and a.state = 'active' and a.policy = 'singleton'
                 and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, ''))
             or exists (
               select from {job} a
               where a.name = j.name and a.state = 'active' and a.policy = 'stately'
                 and coalesce(a.singleton_key, '') = coalesce(j.singleton_key, ''))) as is_behind
    from {job} j
    where j.name = q.name and j.state < 'active'
      and (j.start_after <= now() or j.state = 'retry')) j
) w
where {name:q.name} = $1
