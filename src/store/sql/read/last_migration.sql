-- last_migration: the number of the last migration that ran, for `jobflip migrate`.
create function jobflip.last_migration() returns integer
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(max(version), 0) from jobflip_data.schema_version
$$;
