-- calendar_windows: the maintenance that a service's settings plan, as windows that reach into a
-- span of time. A weekly one begins at its time on the wall of its time zone, and lasts as long as
-- it says. Requires: calendar_fault finds nothing.
create function jobflip.calendar_windows(
  p_settings jsonb, p_since timestamptz, p_until timestamptz)
returns table (from_at timestamptz, until_at timestamptz, reason text)
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select w.from_at, w.until_at, w.reason
  from (
    select (e.value ->> 'from')::timestamptz, (e.value ->> 'until')::timestamptz,
           e.value ->> 'reason'
    from jsonb_each(p_settings -> 'maintenance') e where e.value ? 'from'
    union all
    select b.at, b.at + (e.value ->> 'length_ms')::bigint * interval '1 ms', e.value ->> 'reason'
    from jsonb_each(p_settings -> 'maintenance') e
    cross join generate_series(
      (p_since at time zone (e.value ->> 'time_zone'))::date - 8,
      (p_until at time zone (e.value ->> 'time_zone'))::date + 1, interval '1 day') d (day)
    cross join lateral (
      select (d.day::date + substr(e.value ->> 'weekly', 5)::time)
               at time zone (e.value ->> 'time_zone') as at) b
    where not e.value ? 'from'
      and lower(to_char(d.day, 'Dy')) = left(e.value ->> 'weekly', 3)
  ) w (from_at, until_at, reason)
  where w.from_at < p_until and w.until_at > p_since
$$;
