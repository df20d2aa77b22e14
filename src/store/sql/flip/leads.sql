-- leads: whether the caller is the login of that supervisor, and its epoch is the current one of
-- the pool in which supervisors elect their leader. So a leader that was paused and wakes up is
-- refused.
create function jobflip.leads(p_supervisor text, p_epoch bigint) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_login(p_supervisor);
  return exists (
    select from jobflip_data.pool_owner o
    where o.pool = 'jobflip.supervisor' and o.state = 'held' and o.holder = p_supervisor
      and o.epoch = p_epoch);
end
$$;
