-- end_blockers: ends the sessions whose fenced transaction holds the pool's ownership row, and says
-- which. Found by the row's xmax, one transaction or a list of them, mapped to sessions by the lock
-- that each transaction holds on its own number; only those that also hold a row lock's table lock
-- on pool_owner and belong to no node: an agent's call is short, and its own affair.
create function jobflip.end_blockers(p_pool text) returns text[]
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_xmax xid;
  v_holders text[];
  v_ended text[] := '{}';
  v_session record;
begin
  select xmax into v_xmax from jobflip.pool_owner where pool = p_pool;
  v_holders := array[v_xmax::text];
  begin
    v_holders := v_holders || array(select m.xid::text from pg_get_multixact_members(v_xmax) m);
  exception when others then
    null;  -- xmax was a plain transaction, which is in the list already
  end;
  for v_session in
    select distinct a.pid, a.usename::text as login, a.application_name
    from pg_locks own
    join pg_locks tab on tab.pid = own.pid and tab.locktype = 'relation'
         and tab.relation = 'jobflip.pool_owner'::regclass and tab.mode = 'RowShareLock'
         and tab.granted
    join pg_stat_activity a on a.pid = own.pid
    where own.locktype = 'transactionid' and own.granted and own.mode = 'ExclusiveLock'
      and own.transactionid::text = any (v_holders)
      and own.pid <> pg_backend_pid()
      and a.usename::text not in (select login from jobflip.node)
  loop
    begin
      if pg_terminate_backend(v_session.pid) then
        v_ended := v_ended || format('pid %s login %s application %s', v_session.pid,
                                     v_session.login, left(v_session.application_name, 64));
      end if;
    exception when insufficient_privilege then
      null;  -- then the row stays locked, and the caller is answered `blocked`
    end;
  end loop;
  return v_ended;
end
$$;
