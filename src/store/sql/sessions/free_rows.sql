-- free_rows: a supervisor or an operator whose call could not lock a row in time ends the sessions
-- that are stuck in a transaction with a row of a pool, of a service, or the head of an audit
-- chain, and those that wait for a lock to which they have no right. Called only after such a
-- failure. If it returns `ending`, call it again, as with a take; otherwise it returns `free` or
-- `ended`.
create function jobflip.free_rows() returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_pids integer[];
  v_who text[];
begin
  perform jobflip.require_read_committed();
  select array_agg(t.pid), array_agg(t.who) into v_pids, v_who
  from (select s.pid, s.who
        from jobflip.stuck_sessions(
          array['jobflip_data.pool', 'jobflip_data.service', 'jobflip_data.audit_head',
                'jobflip_data.node_beat', 'jobflip_data.flip']::regclass[], 500) s
        union
        select i.pid, i.who from jobflip.lock_intruders() i) t;
  return jobflip.end_stuck(v_pids, v_who, session_user, null,
                           format('kept a call of %s waiting', session_user));
end
$$;
