-- find_service_spells: spells of a service, or of all (''), that reach into a span of time: the
-- newest first. A spell is open if it is the last one of a service that is watched now.
create function jobflip.find_service_spells(
  p_service text, p_since bigint, p_until bigint, p_limit integer)
returns table (
  service text, state text, from_at bigint, to_at bigint, is_open boolean, sentence text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
begin
  perform jobflip.require_given('service since until limit',
    array[p_service, p_since::text, p_until::text, p_limit::text]);
  perform jobflip.require_text('service', p_service, 63, false);
  return query
  select p.service, p.state, jobflip.micros(p.from_at), jobflip.micros(p.seen_at),
         coalesce(not p.closed and p.seen_at > clock_timestamp()
                                                 - s.unwatched_ms * interval '1 ms', false),
         p.sentence
  from jobflip_data.service_spell p
  left join jobflip_data.service s on s.name = p.service
  where (p_service = '' or p.service = p_service)
    and p.seen_at >= v_since and p.from_at < v_until
  order by p.from_at desc, p.service, p.seq desc
  limit least(greatest(p_limit, 0), 10000);
end
$$;
