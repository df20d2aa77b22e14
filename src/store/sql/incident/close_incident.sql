-- close_incident: closes an open incident. Requires: the caller has locked the row of its pool or
-- service, if the fleet still has it.
create function jobflip.close_incident(p_incident bigint, p_actor text, p_reason text)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  i jobflip_data.incident;
begin
  update jobflip_data.incident set closed_at = clock_timestamp(), closed_by = p_actor
  where id = p_incident and closed_at is null returning * into i;
  if found then
    perform jobflip.audit_append(
      case i.service when '' then i.pool else 'jobflip' end, 'incident_closed', null, null, null,
      p_actor, p_reason, jsonb_build_object('incident', i.id)::text);
  end if;
end
$$;
