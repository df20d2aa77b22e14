-- epoch_limit: the highest plausible epoch by the clock: the microseconds since 1970, plus 10^15
-- (31 years).
create function jobflip.epoch_limit() returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (extract(epoch from clock_timestamp()) * 1000000)::bigint + 1000000000000000;
end
$$;
