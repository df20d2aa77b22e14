-- drain: a drained node takes no pools. It keeps the pools that it holds until a flip moves them.
create function jobflip.drain(
  p_node text, p_drained boolean, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_was boolean;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('node', p_node, 63, true);
  perform jobflip.require_given('drained', array[p_drained::text]);
  select drained into v_was from jobflip_data.node_beat where node = p_node for update;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no node "%s"', left(p_node, 100)),
      hint = '`jobflip status` lists the nodes';
  end if;
  accepted := true; rule := ''; changed := v_was <> p_drained;
  sentence := format('node %s %s %s', p_node, case when changed then 'is' else 'is already' end,
                     case when p_drained then 'drained' else 'not drained' end);
  if changed then
    update jobflip_data.node_beat set drained = p_drained, full_beat_number = 0 where node = p_node;
    update jobflip_data.node
    set drain_reason = case when p_drained then p_reason else '' end,
        drain_actor = case when p_drained then v_actor else '' end,
        drained_at = case when p_drained then clock_timestamp() end
    where name = p_node;
    perform jobflip.audit_append('jobflip', case when p_drained then 'drained' else 'undrained' end,
      p_node, null, null, v_actor, p_reason, '{}');
  end if;
end
$$;
