-- checked_epoch: the highest epoch that an agent says it has seen, unless that is absurd: an agent
-- may lift a pool's epoch after lost history, and must not be able to use the numbers up.
create function jobflip.checked_epoch(p_epoch bigint) returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_now_ms constant bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
  v_known bigint;
begin
  select max(epoch) into v_known from jobflip.pool_owner;
  if p_epoch > greatest(v_known, v_now_ms) + 1000000000000000 then
    raise exception using errcode = 'JF005',
      message = format('epoch %s is further ahead of this store than any clock', p_epoch),
      hint = 'the agent spoke to another store before: check its connection string';
  end if;
  return p_epoch;
end
$$;
