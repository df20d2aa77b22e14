-- apply_services: applies the services of a fleet. A service that is removed keeps its spells, and
-- its incident is closed. Requires: the caller has locked the rows of all services.
create function jobflip.apply_services(p_services jsonb, p_actor text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip_data.service_spell p set closed = true
  from jobflip_data.service s
  where s.name = p.service and not p.closed and not p_services ? s.name;
  perform jobflip.close_incident(i.id, p_actor, 'the service was removed')
  from jobflip_data.incident i
  where i.service <> '' and i.closed_at is null and not p_services ? i.service;
  delete from jobflip_data.service s where not p_services ? s.name;
  insert into jobflip_data.service as s (name, settings)
  select j.key, j.value from jsonb_each(p_services) j
  on conflict (name) do update set settings = excluded.settings
    where s.settings <> excluded.settings;
end
$$;
