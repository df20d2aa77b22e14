-- checked_epoch: the highest epoch that an agent says it has seen. An agent may lift the epochs of
-- its pools after lost history, and must not be able to use the numbers up.
--
-- The clock alone bounds a claim (epoch_limit). One above that is accepted only where this store
-- gave such epochs itself, with some room for takes that it lost. So a lie lifts the epochs once,
-- to a number that still fits a double; each further lie adds at most 10^8, and 10^10 of them are
-- needed to come near the end of the numbers (pool_owner.epoch). lower_epochs() is the way back.
create function jobflip.checked_epoch(p_epoch bigint) returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_epoch is null or p_epoch < 0 then
    raise exception using errcode = 'JF005',
      message = format('an agent has seen epoch %s: it must be 0 or more',
                       coalesce(p_epoch::text, 'null')),
      hint = 'the agent and the schema are of different versions: see `jobflip doctor`';
  end if;
  if p_epoch > jobflip.epoch_limit()
     and p_epoch - 100000000 > (select max(epoch) from jobflip_data.pool_owner) then
    raise exception using errcode = 'JF005',
      message = format('epoch %s is further ahead of this store than any clock', p_epoch),
      hint = 'the agent spoke to another store before: check its connection string';
  end if;
  return p_epoch;
end
$$;
