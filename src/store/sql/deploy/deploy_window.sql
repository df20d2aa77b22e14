-- deploy_window: how long after its start or end a deployment is matched with an incident. A pool
-- that an older program applied, or that was removed, has the default of core::PoolSettings.
create function jobflip.deploy_window(p_pool text) returns interval
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce((select (p.settings ->> 'deploy_window_ms')::numeric
                   from jobflip_data.pool p where p.name = p_pool), 1800000)::bigint
         * interval '1 ms'
$$;
