-- match_deployments: the incident, which is opened at p_at, is matched with the deployments of its
-- pool that run then, or that began or ended within the pool's deploy_window before: at most the
-- newest 20. Reads without locks, since a takeover may open the incident.
create function jobflip.match_deployments(p_incident bigint, p_pool text, p_at timestamptz)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_since constant timestamptz := p_at - jobflip.deploy_window(p_pool);
begin
  insert into jobflip_data.incident_deployment (incident, deployment)
  select p_incident, d.id from jobflip_data.deployment d
  where d.pool = p_pool
    and d.started_at between v_since - jobflip.longest_deployment() and p_at
    and (d.started_at >= v_since
         or d.state in ('done', 'rolled_back') and d.ended_at >= v_since
         or d.state = 'running' and d.started_at > p_at - jobflip.longest_deployment())
  order by d.started_at desc limit 20
  on conflict do nothing;
end
$$;
