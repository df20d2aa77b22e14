-- installed_set: which functions, views and triggers are installed: the hash of their text, and the
-- program that installed them. `jobflip migrate` replaces them all where its own hash is another.
create function jobflip.installed_set() returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select '@set@'
$$;
