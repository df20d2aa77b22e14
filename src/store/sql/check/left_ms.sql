-- left_ms: the milliseconds until a time; null for null and for a time in the past.
-- Bounded like age_ms.
create function jobflip.left_ms(p_until timestamptz) returns bigint
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_until is null or p_until <= clock_timestamp() then
    return null;
  elsif p_until >= '9999-01-01Z' then
    return 3162240000000;
  end if;
  return (extract(epoch from p_until - clock_timestamp()) * 1000)::bigint;
end
$$;
