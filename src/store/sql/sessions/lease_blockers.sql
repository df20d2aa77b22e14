-- lease_blockers: the sessions that may block a change of the pool's holder. These are sessions and
-- prepared transactions that hold the ownership row, sessions that are stuck in a transaction with
-- a row of another table that such a change needs, and sessions that wait for a lock to which they
-- have no right (lock_intruders). `may_end` is false for a prepared transaction and for a node that
-- is not stuck, because its calls are short.
--
-- A fenced session is found by two locks that last until the end of its transaction: on the pool's
-- gate and on pool_owner (a gate alone can be locked without any right). The row's xmax can't be
-- used: in a subtransaction its number leads to no session. It only shows other holders of the row,
-- such as a superuser.
create function jobflip.lease_blockers(p_pool text, p_grace_ms bigint)
returns table (pid integer, who text, may_end boolean)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_gate oid;
  v_holders text[];
begin
  select o.gate, jobflip.row_holders(o.xmax) into v_gate, v_holders
  from jobflip_data.pool_owner o where o.pool = p_pool;
  return query
  with lock as materialized (
    select l.pid, l.virtualtransaction as vxid, l.relation, l.mode, l.transactionid::text as xid
    from pg_locks l
    where l.granted and l.pid is distinct from pg_backend_pid()
      and (l.locktype = 'transactionid'
           or (l.locktype = 'relation'
               and l.database = (select d.oid from pg_database d
                                 where d.datname = current_database())))
  ), row_lock as (
    select * from lock l where l.mode in ('RowShareLock', 'RowExclusiveLock')
  ), holder as (
    select g.pid, g.vxid from lock g
    where g.relation = v_gate
      and exists (select from row_lock r where r.relation = 'jobflip_data.pool_owner'::regclass
                    and r.vxid = g.vxid and r.pid is not distinct from g.pid)
    union
    select x.pid, x.vxid from lock x where x.mode = 'ExclusiveLock' and x.xid = any (v_holders)
  ), stuck as materialized (
    select t.pid, t.who
    from jobflip.stuck_sessions(
      array['jobflip_data.pool', 'jobflip_data.node_beat', 'jobflip_data.flip',
            'jobflip_data.audit_head']::regclass[],
      p_grace_ms) t
  ), session as (
    select a.pid, a.usename as login, a.application_name as application,
           exists (select from jobflip_data.node n where n.login = a.usename) as is_node,
           a.pid in (select t.pid from stuck t) as is_stuck
    from pg_stat_activity a
  )
  select s.pid, jobflip.session_text(s.pid, s.login, s.application), s.is_stuck or not s.is_node
  from holder h join session s on s.pid = h.pid
  union all
  select t.pid, t.who, true from stuck t
  where t.pid not in (select h.pid from holder h where h.pid is not null)
  union all
  select i.pid, i.who, true from jobflip.lock_intruders() i
  where i.pid not in (select h.pid from holder h where h.pid is not null)
    and i.pid not in (select t.pid from stuck t)
  union all
  select null, format('prepared transaction gid %s login %s', left(t.gid, 200), t.owner), false
  from holder h join lock x on x.vxid = h.vxid and x.pid is null and x.xid is not null
  join pg_prepared_xacts t on t.transaction::text = x.xid
  where h.pid is null;
end
$$;
