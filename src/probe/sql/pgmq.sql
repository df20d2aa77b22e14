-- PGMQ. A queue is a table; vt is when a message is visible (again). A read changes its row, a send
-- adds one, and both delete and archive delete it.
select m.queue_name as queue, q.runnable,
       extract(epoch from now() - q.since)::float8 as oldest_runnable_s, 0 as unpromoted, q.running,
       null::float8 as oldest_running_s, pg_stat_get_tuples_deleted({oid:queue}) as done,
       (select max(archived_at) from {archive}) as last_done_at, q.failed, null::boolean as paused,
       pg_stat_get_tuples_updated({oid:queue}) as marker, q.head::text as head,
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
where {name:m.queue_name} = $1
