-- time_of: the time that programs write as microseconds since 1970-01-01 UTC, moved into the years
-- 1970 to 2999; null for null.
create function jobflip.time_of(p_micros bigint) returns timestamptz
language plpgsql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_micros is null then
    return null;
  end if;
  return to_timestamp(0)
    + least(greatest(p_micros, 0), 32503680000000000) * interval '1 microsecond';
end
$$;
