-- snapshot_deployments: the running deployment of each pool, and for how much longer it holds
-- automatic flips; null once the pool's deploy_grace is over.
create function jobflip.snapshot_deployments()
returns table (
  pool text, deployment bigint, version text, started_by text, age_ms bigint, hold_left_ms bigint,
  flip bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select d.pool, d.id, d.version, d.started_by, jobflip.age_ms(d.started_at),
    case when clock_timestamp() between d.started_at and g.held_until
           then jobflip.left_ms(g.held_until) end, d.flip
  from jobflip_data.pool p
  cross join lateral jobflip.running_deployment(p.name) d
  cross join lateral (
    select d.started_at + jobflip.deploy_grace(p.settings) as held_until) g
  where p.kind = 'workers'
  order by d.pool
$$;
