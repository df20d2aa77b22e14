-- wake: wakes the listeners of the pool. Only a hint, and never part of a transition: it may be
-- lost in a crash, and it does not wait for the disk.
create function jobflip.wake(p_pool text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if coalesce(p_pool, '') !~ '^[a-z0-9][a-z0-9._-]{0,62}$' then
    raise exception using errcode = 'JF005', message = 'wake: this is not a pool name';
  end if;
  perform set_config('synchronous_commit', 'off', true);
  perform pg_notify('jobflip', p_pool);
end
$$;
