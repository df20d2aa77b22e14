-- stuck_sessions: the sessions whose transaction holds a lock on a row of one of these tables and
-- is stuck: it has been idle for longer than `p_idle_ms`, or has lasted longer than any call of
-- jobflip may. Workers are not among them, because they lock no row of these tables.
create function jobflip.stuck_sessions(p_tables regclass[], p_idle_ms bigint)
returns table (pid integer, who text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select a.pid, jobflip.session_text(a.pid, a.usename, a.application_name)
  from pg_stat_activity a
  where a.pid <> pg_backend_pid()
    and ((a.state like 'idle in transaction%'
          and a.state_change < clock_timestamp() - p_idle_ms * interval '1 ms')
         or a.xact_start < clock_timestamp() - greatest(4 * p_idle_ms, 2000) * interval '1 ms')
    and exists (
      select from pg_locks l
      where l.pid = a.pid and l.granted and l.locktype = 'relation'
        and l.mode in ('RowShareLock', 'RowExclusiveLock')
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and l.relation = any (p_tables::oid[]))
$$;
