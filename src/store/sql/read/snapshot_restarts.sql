-- snapshot_restarts: the pools whose last automatic flip was a restart that forbids another one.
create function jobflip.snapshot_restarts()
returns table (pool text, flip bigint, state text, left_ms bigint, uncured boolean)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select p.name, r.flip, r.state, r.left_ms, r.uncured
  from jobflip_data.pool p
  join jobflip_data.pool_owner o on o.pool = p.name
  cross join lateral jobflip.spent_restart(p, o.epoch) r
  where r.flip is not null
  order by p.name
$$;
