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
  v_one record;
  v_ended text[];
  v_announced boolean := false;
  v_free boolean := true;
begin
  perform jobflip.require_read_committed();
  for v_one in
    select s.pid, s.who
    from jobflip.stuck_sessions(
      array['jobflip_data.pool', 'jobflip_data.service', 'jobflip_data.audit_head',
            'jobflip_data.node_beat', 'jobflip_data.flip']::regclass[], 500) s
    union
    select i.pid, i.who from jobflip.lock_intruders() i
    order by pid limit 1000
  loop
    v_free := false;
    begin
      v_announced := (select s.announced or v_announced
                      from jobflip.end_session(v_one.pid, v_one.who, null, session_user) s);
    exception when insufficient_privilege then
      update jobflip_data.session_ending e set recorded = true
      where e.pid = v_one.pid and e.login = session_user;
    end;
  end loop;
  if v_announced then
    return 'ending';
  end if;
  v_ended := jobflip.take_endings(null);
  if cardinality(v_ended) > 0 then
    -- a chain of its own: if a caller leaves this transaction open, no change of the fleet waits
    perform jobflip.audit_append('jobflip.sessions', 'sessions_ended', null, null, null, null,
      format('%s session(s) kept a call of %s waiting', cardinality(v_ended), session_user),
      jsonb_build_object('ended_sessions', v_ended[1:20])::text);
  end if;
  return case when v_free then 'free' else 'ended' end;
end
$$;
