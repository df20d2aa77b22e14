-- micros: a time as microseconds since 1970-01-01 UTC, in which programs read times in any session
-- time zone. An impossible time, such as infinity, becomes the greatest number: programs can't read
-- it and show its row as damaged.
create function jobflip.micros(p_at timestamptz) returns bigint
language plpgsql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return case when isfinite(p_at) then (extract(epoch from p_at) * 1000000)::bigint
              when p_at is not null then 9223372036854775807 end;
end
$$;
