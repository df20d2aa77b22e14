-- clear_full_beat: when the owner of a pool changes, the next beat of the old holder must be a full
-- one, so that it learns of the change. The transaction has already locked that node's row.
create function jobflip.clear_full_beat() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip_data.node_beat set full_beat_number = 0 where node = old.holder;
  return null;
end
$$;
