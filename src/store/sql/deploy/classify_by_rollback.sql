-- classify_by_rollback: a deployment was rolled back, so the incidents that are matched with it get
-- the class deployment: those that are open, or were closed within the pool's deploy_window before.
-- A class that a person gave stays, and so does that of an incident which a flip cured, or which
-- was nothing but the planned flip. Requires: the caller has locked the pool's row.
create function jobflip.classify_by_rollback(
  d jobflip_data.deployment, p_actor text, p_reason text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_since constant timestamptz := clock_timestamp() - jobflip.deploy_window(d.pool);
  v_incident bigint;
begin
  for v_incident in
    select i.id from jobflip_data.incident_deployment m
    join jobflip_data.incident i on i.id = m.incident
    where m.deployment = d.id and i.pool = d.pool and i.merged_into is null
      and i.class <> 'deployment' and i.class_by = ''
      and (i.cause <> 'person' or i.class = 'other')
      and (i.closed_at is null or i.closed_at > v_since)
      and not exists (
        select from jobflip_data.incident_flip l join jobflip_data.flip f on f.id = l.flip
        where l.incident = i.id and f.state = 'verified'
          and f.id is distinct from d.flip and f.id is distinct from d.flip_back)
      and not (i.closed_at is not null and i.cause = 'flip' and not exists (
        select from jobflip_data.incident_flip l
        where l.incident = i.id and l.flip is distinct from d.flip))
    order by i.id
  loop
    update jobflip_data.incident set class = 'deployment' where id = v_incident;
    perform jobflip.audit_append(d.pool, 'incident_changed', null, null, null, p_actor, p_reason,
      jsonb_build_object('incident', v_incident, 'what', 'class', 'value', 'deployment')::text);
  end loop;
end
$$;
