-- find_deployments: deployments, the newest first. An argument that is null (a pool that is empty)
-- excludes nothing; with p_incident those that are matched with that incident. One that nobody
-- ended within its longest time is shown as expired, before anything records that.
create function jobflip.find_deployments(
  p_pool text, p_incident bigint, p_since bigint, p_until bigint, p_limit integer)
returns table (
  id bigint, pool text, version text, state text, started_at bigint, started_by text,
  ended_at bigint, ended_by text, flip bigint, flip_back bigint, reason text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
begin
  perform jobflip.require_given('pool limit', array[p_pool, p_limit::text]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  return query
  select d.id, d.pool, d.version, case when x.over then 'expired' else d.state end,
         jobflip.micros(d.started_at), d.started_by,
         jobflip.micros(case when x.over then d.started_at + jobflip.longest_deployment()
                             else d.ended_at end),
         d.ended_by, d.flip, d.flip_back, d.reason
  from jobflip_data.deployment d
  cross join lateral (
    select d.state = 'running'
           and d.started_at <= clock_timestamp() - jobflip.longest_deployment() as over) x
  where (p_pool = '' or d.pool = p_pool)
    and (p_incident is null or exists (
      select from jobflip_data.incident_deployment m
      where m.incident = p_incident and m.deployment = d.id))
    and (v_since is null or d.started_at >= v_since)
    and (v_until is null or d.started_at < v_until)
  order by d.started_at desc, d.id desc
  limit least(greatest(p_limit, 0), 10000);
end
$$;
