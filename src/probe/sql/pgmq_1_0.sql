-- PGMQ before 1.10, which does not keep when a message was read: otherwise as pgmq.sql.
select m.queue_name as queue, q.runnable,
       extract(epoch from now() - q.since)::float8 as oldest_runnable_s, 0 as unpromoted, q.running,
       null::float8 as oldest_running_s, s.deleted as done,
       (select max(archived_at) from {archive}) as last_done_at, q.failed, null::boolean as paused,
       s.updated as marker, q.head::text as head,
       extract(epoch from now() - q.untried_since)::float8 as oldest_untried_s,
       extract(epoch from q.next_at - now())::float8 as expected_next_s
from {meta} m
cross join (
  select count(*) filter (where vt <= now()) as runnable,
         min(vt) filter (where vt <= now()) as since,
         min(vt) filter (where vt <= now() and read_ct = 0) as untried_since,
         min(msg_id) filter (where vt <= now()) as head,
         count(*) filter (where vt > now() and read_ct > 0) as running,
         count(*) filter (where vt <= now() and read_ct > 0) as failed,  -- read, and not deleted
         min(vt) filter (where vt > now() and read_ct = 0) as next_at
  from {queue}) q
cross join (
  select sum(pg_stat_get_tuples_deleted(oid))::bigint as deleted,
         sum(pg_stat_get_tuples_updated(oid))::bigint as updated
  from (select {oid:queue} as oid
        union select relid::oid from pg_partition_tree({oid:queue}::regclass)) parts) s
where {name:m.queue_name} = $1
