-- join_incident: a flip belongs to the pool's open incident from now on; one is opened for it if
-- there is none. Requires: the caller has locked the pool's row.
create function jobflip.join_incident(p_flip jobflip_data.flip) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_incident bigint;
begin
  v_incident := jobflip.open_incident(p_flip.pool,
    case when p_flip.takeover then 'node' when p_flip.stalled then 'queued' else 'other' end,
    case when p_flip.takeover then 'node_loss' else 'flip' end, p_flip.actor, p_flip.reason,
    p_flip.to_node, p_flip.id);
  insert into jobflip_data.incident_flip (flip, incident) values (p_flip.id, v_incident)
  on conflict do nothing;
  -- if the flip opened it, the decision was the detection
  perform jobflip.reach_stage(v_incident, 'decided', p_flip.id,
    greatest(p_flip.requested_at, (select i.opened_at from jobflip_data.incident i
                                   where i.id = v_incident)));
end
$$;
