-- may_open_incident: true if a supervisor may call open_incident: the pool has an open incident, or
-- this login has opened few in the last minute. So one that opens and closes without end fills no
-- log.
create function jobflip.may_open_incident(p_pool text) returns boolean
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select exists (select from jobflip_data.incident i where i.pool = p_pool and i.closed_at is null)
         or (select m.may from jobflip.may_record('incident_opened', 300) m)
$$;
