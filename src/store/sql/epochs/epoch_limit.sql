-- epoch_limit: the highest epoch that is plausible now, by the clock alone: its microseconds, and
-- 10^15 (31 years) more.
create function jobflip.epoch_limit() returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (extract(epoch from clock_timestamp()) * 1000000)::bigint + 1000000000000000;
end
$$;
