-- stuck_holders: the sessions among stuck_sessions that hold this row of the table, found by the
-- row's xmax. The number of a finished subtransaction leads to no session. Then the holder is one
-- of the sessions whose transaction is older than that number, and all of these are returned.
create function jobflip.stuck_holders(p_table regclass, p_xmax xid)
returns table (pid integer, who text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with own as (
    select l.pid, l.transactionid as xid from pg_locks l
    where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
  ), holder as (
    select h.xid from unnest(jobflip.row_holders(p_xmax)) h (xid)
  )
  select s.pid, s.who
  from jobflip.stuck_sessions(array[p_table], 500) s
  where exists (
    select from holder h join own o on o.pid = s.pid
    where o.xid::text = h.xid
       or (age(o.xid) > age(h.xid::xid) and h.xid not in (select w.xid::text from own w)))
$$;
