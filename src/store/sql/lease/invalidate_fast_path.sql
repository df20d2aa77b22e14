-- invalidate_fast_path: something is going on with a pool, whatever changed its row: the next beat
-- of the node that holds it is a full one. Deferred to the commit, so that no beat waits for a
-- change that is still under way, and so that the holder's row is locked after everything else. A
-- take that ends a flip has made the old holder speak, and the taker, which did not hold all its
-- pools, is not quiet: to lock the taker's row too would let two takes wait for each other.
create function jobflip.invalidate_fast_path() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip_data.node_beat set full_beat_number = 0
  where node = (select o.holder from jobflip_data.pool_owner o
                where o.pool = new.name and o.xmin <> pg_current_xact_id()::xid);
  return null;
end
$$;
