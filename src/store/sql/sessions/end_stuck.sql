-- end_stuck: ends these sessions, which kept a beat or a call waiting, and says so in the audit
-- log; p_by is the node or the login that waited. `ending`: they had to be recorded first
-- (end_session), so the caller commits and calls again. `ended`: some have been. `free`: none.
create function jobflip.end_stuck(
  p_pids integer[], p_who text[], p_by text, p_node text, p_sentence text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_one record;
  v_ended text[];
  v_announced boolean := false;
begin
  for v_one in select u.pid, u.who from unnest(p_pids, p_who) u (pid, who)
               order by u.pid limit 1000 loop
    begin
      v_announced := (select s.announced or v_announced
                      from jobflip.end_session(v_one.pid, v_one.who, null, p_by) s);
    exception when insufficient_privilege then
      -- whoever waits stays blocked, and logs it
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
    perform jobflip.audit_append('jobflip.sessions', 'sessions_ended', p_node, null, null, null,
      format('%s session(s) ', cardinality(v_ended)) || p_sentence,
      jsonb_build_object('ended_sessions', v_ended[1:20])::text);
  end if;
  return case when cardinality(p_pids) > 0 then 'ended' else 'free' end;
end
$$;
