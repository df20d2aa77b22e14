-- micros: a time as microseconds since 1970-01-01 UTC: what programs read, whatever the session's
-- zone.
create function jobflip.micros(p_at timestamptz) returns bigint
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select (extract(epoch from p_at) * 1000000)::bigint
$$;
