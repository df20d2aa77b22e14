-- free_beat: a node whose beat waited in vain for its own row ends the sessions that are stuck in a
-- transaction with rows of beats, such as a take that somebody granted himself and never commits.
-- Asked after a beat that failed, so that a beat itself has nothing to do with it.
create function jobflip.free_beat(p_node text) returns text[]
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_one record;
  v_ended text[] := '{}';
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  begin
    perform from jobflip.node_beat where node = p_node for update nowait;
    return v_ended;
  exception when lock_not_available then
    null;
  end;
  for v_one in select s.pid, s.who
               from jobflip.stuck_sessions(array['jobflip.node_beat'::regclass], 500) s
               order by s.pid limit 1000 loop
    begin
      if pg_terminate_backend(v_one.pid) then
        v_ended := v_ended || v_one.who;
      end if;
    exception when insufficient_privilege then
      null;  -- then the beat stays blocked, and the agent's log says so
    end;
  end loop;
  if cardinality(v_ended) > 0 then
    perform jobflip.audit_append('jobflip', 'sessions_ended', p_node, null, null, null,
      format('%s session(s) kept the beat of node %s waiting', cardinality(v_ended), p_node),
      jsonb_build_object('ended', v_ended[1:20])::text);
  end if;
  return v_ended;
end
$$;
