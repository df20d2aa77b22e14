-- incident_classes: the classes of incidents, apart by one space. The check of the table's column
-- has the same.
create function jobflip.incident_classes() returns text
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$ select 'queued deployment slowness node store other' $$;
