-- split_incident: a flip of an incident gets an incident of its own, with its stages, and is
-- matched with the same deployments. Requires: the caller has locked the pool's row, and the
-- incident's.
create function jobflip.split_incident(
  i jobflip_data.incident, p_flip text, p_actor text,
  out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  v_opens record;
  v_id bigint;
begin
  rule := '';
  select w.* into f from jobflip_data.flip w
  join jobflip_data.incident_flip l on l.flip = w.id and l.incident = i.id
  where w.id = case when p_flip ~ '^[0-9]{1,18}$' then p_flip::bigint end;
  if not found then
    rule := 'flip';
    sentence := format('flip %s is not part of incident %s', left(p_flip, 30), i.id);
    return;
  elsif f.ended_at is null then
    rule := 'flip'; sentence := format('flip %s has not ended', f.id);
    return;
  elsif (select count(*) from jobflip_data.incident_flip l where l.incident = i.id) = 1 then
    rule := 'flip'; sentence := format('flip %s is the only one of incident %s', f.id, i.id);
    return;
  end if;
  select * into v_opens from jobflip.flip_incident(f);
  v_id := nextval('jobflip_data.incident_id');
  -- as the store would have opened it for this flip (join_incident); what is known of it alone
  insert into jobflip_data.incident (id, pool, class, cause, sentence, opened_at, opened_by,
                                     closed_at, closed_by, perceptible_after_ms, most_waiting,
                                     longest_wait_ms)
  select v_id, i.pool, v_opens.class, v_opens.cause, f.reason,
         least(f.requested_at, min(s.at)), f.actor, f.ended_at, 'split by ' || p_actor,
         i.perceptible_after_ms, max(s.waiting), max(s.oldest_ms)
  from jobflip_data.incident_stage s where s.incident = i.id and s.flip = f.id;
  insert into jobflip_data.incident_deployment (incident, deployment)
  select v_id, m.deployment from jobflip_data.incident_deployment m where m.incident = i.id;
  update jobflip_data.incident_flip set incident = v_id where flip = f.id;
  update jobflip_data.incident_stage set incident = v_id where incident = i.id and flip = f.id;
  sentence := format('flip %s is incident %s now', f.id, v_id);
end
$$;
