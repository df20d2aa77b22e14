-- free_beat: a node whose beat got no answer in time ends the sessions that are in its way: those
-- that are stuck in a transaction with this node's row, such as a take that was granted and never
-- commits, those that queue for a lock that they have no right to, and those that are stuck with
-- the marker of the store's history. Called only after a beat or a take has failed, so that it
-- costs a beat nothing. `ending`: call it again, as with a take; else `free`, or `ended`.
--
-- The row's xmax says who has it. The number of a subtransaction that is over leads to no session;
-- then it is one of those whose transaction began before it, and all of these are ended.
create function jobflip.free_beat(p_node text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_pids integer[];
  v_who text[];
  v_one record;
  v_ended text[];
  v_announced boolean := false;
  v_free boolean := true;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  select array_agg(i.pid), array_agg(i.who) into v_pids, v_who from jobflip.lock_intruders() i;
  if v_pids is null then
    begin
      perform set_config('lock_timeout', '100ms', true);  -- of the table; the row is not waited for
      perform from jobflip_data.node_beat where node = p_node for update nowait;
    exception when lock_not_available then
      v_free := false;
    end;
  end if;
  if not v_free then
    select array_agg(h.pid), array_agg(h.who) into v_pids, v_who
    from jobflip.stuck_holders('jobflip_data.node_beat', (
      select b.xmax from jobflip_data.node_beat b where b.node = p_node)) h;
  elsif v_pids is null then
    select array_agg(h.pid), array_agg(h.who) into v_pids, v_who
    from jobflip.marker_holders() h;
  end if;
  for v_one in select u.pid, u.who from unnest(v_pids, v_who) u (pid, who)
               order by u.pid limit 1000 loop
    v_free := false;
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
    -- a chain of its own: whoever leaves this call open keeps no change of the fleet waiting
    perform jobflip.audit_append('jobflip.sessions', 'sessions_ended', p_node, null, null, null,
      format('%s session(s) kept the beat of node %s waiting', cardinality(v_ended), p_node),
      jsonb_build_object('ended_sessions', v_ended[1:20])::text);
  end if;
  return case when v_free then 'free' else 'ended' end;
end
$$;
