-- free_beat: a node whose beat got no reply in time ends the sessions that block it. These are
-- stuck in a transaction that holds the node's row (such as a granted take that never commits),
-- wait for a lock to which they have no right, or are stuck with the marker of the store's history.
-- The agent calls it only after a failed beat or take, so it costs a normal beat nothing. If it
-- returns `ending`, call it again, as with a take; otherwise it returns `free` or `ended`.
--
-- The row's xmax names the transaction that holds it. The number of a finished subtransaction leads
-- to no session. Then the holder is one of the sessions whose transaction began earlier, and all of
-- these are ended.
create function jobflip.free_beat(p_node text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_pids integer[];
  v_who text[];
  v_found text;
  v_free boolean := true;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  select array_agg(i.pid), array_agg(i.who) into v_pids, v_who from jobflip.lock_intruders() i;
  if v_pids is null then
    begin
      perform set_config('lock_timeout', '100ms', true);  -- for the table
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
  v_found := jobflip.end_stuck(v_pids, v_who, p_node, p_node,
                               format('blocked the beat of node %s', p_node));
  return case when v_free or v_found <> 'free' then v_found else 'ended' end;
end
$$;
