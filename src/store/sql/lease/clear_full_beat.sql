-- clear_full_beat: the old holder of a pool whose owner changes has to beat in full next time, and
-- so finds out. Who changes the owner has locked that node's row already.
create function jobflip.clear_full_beat() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip_data.node_beat set full_beat_number = 0 where node = old.holder;
  return null;
end
$$;
