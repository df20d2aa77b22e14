-- forget_said: the old holder of a pool whose owner changes has to beat in full next time, and so
-- finds out. Who changes the owner has locked that node's row already.
create function jobflip.forget_said() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip_data.node_beat set said = 0 where node = old.holder;
  return null;
end
$$;
