-- checked_epoch: checks the highest epoch that an agent claims to have seen. After lost history an
-- agent may raise the epochs of its pools, but it must not be able to exhaust the numbers.
--
-- The clock bounds a claim (epoch_limit). A higher claim is accepted only if this store has given
-- such epochs itself, with some room for takes that it lost. So a false claim raises the epochs
-- once, to a number that still fits into a double. Each further one adds at most 10^8, and 10^10 of
-- them are needed to get near the end of the numbers (pool_owner.epoch). lower_epochs() undoes it.
create function jobflip.checked_epoch(p_epoch bigint) returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_epoch is null or p_epoch < 0 then
    raise exception using errcode = 'JF005',
      message = format('an agent claims epoch %s; it must be 0 or more',
                       coalesce(p_epoch::text, 'null')),
      hint = 'the agent and the schema are of different versions: see `jobflip doctor`';
  end if;
  if p_epoch > jobflip.epoch_limit()
     and p_epoch - 100000000 > (select max(epoch) from jobflip_data.pool_owner) then
    raise exception using errcode = 'JF005',
      message = format('epoch %s is impossible: it is too far ahead of the clock', p_epoch),
      hint = 'the agent was connected to another store before: check its connection string';
  end if;
  return p_epoch;
end
$$;
