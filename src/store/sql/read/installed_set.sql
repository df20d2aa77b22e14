-- installed_set: the installed functions, views and triggers: the hash of their text, and the
-- program that installed them. `jobflip migrate` replaces all of them if its own hash differs.
create function jobflip.installed_set() returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select '@set@'
$$;
