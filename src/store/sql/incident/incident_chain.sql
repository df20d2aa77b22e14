-- incident_chain: the audit chain of an incident: its pool's, or the store's for one of a service.
create function jobflip.incident_chain(i jobflip_data.incident) returns text
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$ select case i.service when '' then i.pool else 'jobflip' end $$;
