-- deploy_grace: how long after its start a running deployment holds automatic flips. A pool that an
-- older program applied has the default of core::PoolSettings.
create function jobflip.deploy_grace(p_settings jsonb) returns interval
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce((p_settings ->> 'deploy_grace_ms')::numeric, 600000)::bigint * interval '1 ms'
$$;
