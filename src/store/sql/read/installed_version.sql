-- installed_version: the number of the tables, which programs compare with their own. A migration
-- that older programs can ignore does not count: they miss nothing, and go on.
create function jobflip.installed_version() returns integer
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(max(version), 0) from jobflip_data.schema_version
  where version not in (2, 3, 4, 5, 6, 7, 8)
$$;
