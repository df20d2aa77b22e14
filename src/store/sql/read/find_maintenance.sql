-- find_maintenance: the maintenance that reaches into a span of time, the newest first: what people
-- planned, and the calendars of the services that are there now. With a service: what counts for
-- it. A calendar reaches 800 days back and ahead.
create function jobflip.find_maintenance(
  p_service text, p_since bigint, p_until bigint, p_limit integer)
returns table (
  id bigint, service text, from_at bigint, until_at bigint, actor text, reason text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
  v_now constant timestamptz := clock_timestamp();
begin
  perform jobflip.require_given('service since until limit',
    array[p_service, p_since::text, p_until::text, p_limit::text]);
  perform jobflip.require_text('service', p_service, 63, false);
  return query
  select w.id, w.service, jobflip.micros(w.from_at), jobflip.micros(w.until_at), w.actor, w.reason
  from (
    select m.id, m.service, m.from_at, m.until_at, m.actor, m.reason
    from jobflip_data.service_maintenance m
    where m.removed_at is null and (p_service = '' or m.service in ('', p_service))
      and m.from_at < v_until and m.until_at > v_since
    union all
    select 0, s.name, c.from_at, c.until_at, 'calendar', c.reason
    from jobflip_data.service s
    cross join lateral jobflip.calendar_windows(
      s.settings, greatest(v_since, v_now - interval '800 days'),
      least(v_until, v_now + interval '800 days')) c
    where p_service in ('', s.name)
  ) w (id, service, from_at, until_at, actor, reason)
  order by w.from_at desc, w.service, w.id
  limit least(greatest(p_limit, 0), 10000);
end
$$;
