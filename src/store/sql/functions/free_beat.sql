-- free_beat: a node whose beat waited in vain for its own row ends the sessions that are stuck in a
-- transaction with rows of beats, such as a take that was granted and never commits. Called only
-- after a beat has failed, so that it costs a beat nothing. `ending`: call it again, as with a
-- take; else `free`, or `ended`.
create function jobflip.free_beat(p_node text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_one record;
  v_ended text[];
  v_announced boolean := false;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  begin
    perform from jobflip_data.node_beat where node = p_node for update nowait;
    return 'free';
  exception when lock_not_available then
    null;
  end;
  for v_one in select s.pid, s.who
               from jobflip.stuck_sessions(array['jobflip_data.node_beat'::regclass], 500) s
               order by s.pid limit 1000 loop
    begin
      v_announced := (select s.announced or v_announced
                      from jobflip.end_session(v_one.pid, v_one.who, null, p_node) s);
    exception when insufficient_privilege then
      -- the beat stays blocked, and the agent's log says so
      update jobflip_data.session_ending e set recorded = true
      where e.pid = v_one.pid and e.login = session_user;
    end;
  end loop;
  if v_announced then
    return 'ending';
  end if;
  v_ended := jobflip.take_endings(null);
  if cardinality(v_ended) > 0 then
    perform jobflip.audit_append('jobflip', 'sessions_ended', p_node, null, null, null,
      format('%s session(s) kept the beat of node %s waiting', cardinality(v_ended), p_node),
      jsonb_build_object('ended', v_ended[1:20])::text);
  end if;
  return 'ended';
end
$$;
