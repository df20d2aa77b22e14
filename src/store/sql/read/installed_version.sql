-- installed_version: the number of the tables, which programs compare with their own. Migrations
-- that only add tables don't count: a program that does not know them misses nothing, and goes on.
create function jobflip.installed_version() returns integer
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(max(version), 0) from jobflip_data.schema_version
  where version not in (2, 3, 4, 5, 6, 7, 8)
$$;
