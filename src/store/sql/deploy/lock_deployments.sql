-- lock_deployments: locks the row of the pool, under which its deployments change, and ends one
-- whose longest time is over.
create function jobflip.lock_deployments(p_pool text, p_actor text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform from jobflip_data.pool where name = p_pool and kind = 'workers' for update;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no pool "%s"', left(p_pool, 100)),
      hint = '`jobflip status` lists the pools';
  end if;
  perform jobflip.expire_deployment(p_pool, false, p_actor,
    format('not ended within %s h', extract(epoch from jobflip.longest_deployment()) / 3600));
end
$$;
