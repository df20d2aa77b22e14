-- installed_version: the version of the schema. Programs compare it with their own.
create function jobflip.installed_version() returns integer
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(max(version), 0) from jobflip_data.schema_version
$$;
