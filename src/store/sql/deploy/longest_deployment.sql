-- longest_deployment: how long a deployment may run. One that nobody ended by then counts as
-- expired. core::kLongestDeployment is the same.
create function jobflip.longest_deployment() returns interval
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$ select interval '24 hours' $$;
