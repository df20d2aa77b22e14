-- maintenance_until: when the maintenance ends that a service is in at a time; null if it is in
-- none. Of windows that overlap it is the latest end; one that begins then is not looked at.
create function jobflip.maintenance_until(s jobflip_data.service, p_at timestamptz)
returns timestamptz
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select max(w.until_at)
  from (select m.until_at from jobflip_data.service_maintenance m
        where m.removed_at is null and m.service in ('', s.name) and m.from_at <= p_at
          and m.until_at > p_at
        union all
        select c.until_at
        from jobflip.calendar_windows(s.settings, p_at, p_at + interval '1 microsecond') c) w
$$;
