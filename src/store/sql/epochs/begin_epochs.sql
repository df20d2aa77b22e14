-- begin_epochs: from now on every epoch is above all that were given before, whatever was lost:
-- above each one that is on record or was seen by an agent (p_seen), with room for 31,250 takes of
-- a pool that are not on record (a take adds 16 at most), and above the clock in microseconds. The
-- random part is for the day on which all of that fails: even then two epochs are hardly ever the
-- same. docs/safety.md has the argument. Requires: the caller has locked the row of
-- jobflip_data.incarnation.
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
