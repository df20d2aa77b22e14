-- begin_epochs: raises the base of all epochs above every epoch that was ever given, even by takes
-- that were lost. The new base is above each recorded epoch and each epoch that an agent has seen
-- (p_seen), with room for 31,250 unrecorded takes of a pool (a take adds at most 16), and above the
-- clock in microseconds. If all of that fails, the random part makes equal epochs very unlikely.
-- docs/safety.md has the argument.
-- Requires: the caller has locked the row of jobflip_data.incarnation.
create function jobflip.begin_epochs(p_seen bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_highest bigint;
begin
  select greatest(max(o.epoch), p_seen) into v_highest from jobflip_data.pool_owner o;
  update jobflip_data.epoch_base
  set epoch = greatest(greatest(epoch, v_highest) + 500000,
                       (extract(epoch from clock_timestamp()) * 1000000)::bigint)
              + floor(random() * 500000)::bigint;
end
$$;
