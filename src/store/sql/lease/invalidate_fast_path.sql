-- invalidate_fast_path: the row of a pool changed, so the next beat of its holder must be a full
-- one. Deferred to the commit, so that no beat waits for a change in progress, and so that the
-- holder's row is the last one to be locked. A take that ends a flip does not lock the taker's row,
-- because two takes could then wait for each other. It need not: the old holder's fast path is
-- cleared (clear_full_beat), and the taker, which did not hold all its pools, is not on it.
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
