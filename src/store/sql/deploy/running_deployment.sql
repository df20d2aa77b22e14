-- running_deployment: the pool's running deployment; no row if there is none, or if its longest
-- time is over.
create function jobflip.running_deployment(p_pool text) returns setof jobflip_data.deployment
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select * from jobflip_data.deployment d
  where d.pool = p_pool and d.state = 'running'
    and d.started_at > clock_timestamp() - jobflip.longest_deployment()
$$;
