-- age_ms: how long ago a time was, in milliseconds; null for null. An impossible time, such as
-- -infinity, gets the greatest age that programs accept (36,600 days); they show its row as
-- damaged.
create function jobflip.age_ms(p_at timestamptz) returns bigint
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_at is null then
    return null;
  elsif p_at <= '1970-01-01Z' or p_at >= '9999-01-01Z' then
    return 3162240000000;
  end if;
  return greatest(0, extract(epoch from clock_timestamp() - p_at) * 1000)::bigint;
end
$$;
