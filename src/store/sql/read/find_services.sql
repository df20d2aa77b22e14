-- find_services: every service with its settings and how it is now. The state is '' if nobody
-- watches it: no supervisor reported it for unwatched_ms, or it can't be checked, and then the
-- sentence says why.
create function jobflip.find_services()
returns table (
  name text, settings text, state text, since_at bigint, seen_at bigint, since_ms bigint,
  seen_ms bigint, latency_ms bigint, sentence text, maintenance_until bigint, incident bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select s.name, (s.settings || jsonb_build_object('name', s.name))::text,
         case when w.watched then p.state else '' end,
         case when w.watched then jobflip.micros(p.from_at) end, jobflip.micros(p.seen_at),
         case when w.watched then jobflip.age_ms(p.from_at) end, jobflip.age_ms(p.seen_at),
         case when w.watched then s.latency_ms end,
         case when w.watched then p.sentence else s.unwatched_why end,
         jobflip.micros(jobflip.maintenance_until(s, clock_timestamp())),
         (select i.id from jobflip_data.incident i
          where i.service = s.name and i.closed_at is null)
  from jobflip_data.service s
  left join lateral (select * from jobflip_data.service_spell l where l.service = s.name
                     order by l.seq desc limit 1) p on true
  cross join lateral (
    select coalesce(not p.closed and p.seen_at > clock_timestamp()
                                                 - s.unwatched_ms * interval '1 ms', false)
             as watched) w
  order by s.name
$$;
