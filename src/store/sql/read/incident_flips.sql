-- incident_flips: the flips of an incident.
create function jobflip.incident_flips(p_incident bigint) returns table (flip bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select f.flip from jobflip_data.incident_flip f where f.incident = p_incident order by f.flip
$$;
