-- join_incident: a flip belongs to the pool's open incident from now on; one is opened for it if
-- there is none. The result is the incident's number. Requires: the caller has locked the pool's
-- row.
create function jobflip.join_incident(p_flip jobflip_data.flip) returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_opens record;
  v_incident bigint;
begin
  select * into v_opens from jobflip.flip_incident(p_flip);
  v_incident := jobflip.open_incident(p_flip.pool, v_opens.class, v_opens.cause, p_flip.actor,
                                      p_flip.reason, p_flip.to_node, p_flip.id);
  perform jobflip.take_in_trouble(v_incident, v_opens.class, null, p_flip.actor, p_flip.reason);
  insert into jobflip_data.incident_flip (flip, incident) values (p_flip.id, v_incident)
  on conflict do nothing;
  -- if the flip opened it, the decision was the detection
  perform jobflip.reach_stage(v_incident, 'decided', p_flip.id,
    greatest(p_flip.requested_at, (select i.opened_at from jobflip_data.incident i
                                   where i.id = v_incident)));
  return v_incident;
end
$$;
