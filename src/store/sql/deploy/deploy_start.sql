-- deploy_start: marks that the deployment of a version to a pool begins. A repeated call of the
-- same login for the same version changes nothing. Refused while another deployment runs.
create function jobflip.deploy_start(
  p_pool text, p_version text, p_actor text default '', p_reason text default '',
  out accepted boolean, out changed boolean, out rule text, out sentence text,
  out deployment bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  d jobflip_data.deployment;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_given('pool reason', array[p_pool, p_reason]);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_version(p_version, true);
  perform jobflip.require_text('reason', p_reason, 2000, false);
  perform jobflip.require_person(p_actor);
  perform jobflip.lock_deployments(p_pool, v_actor);
  select * into d from jobflip_data.deployment r where r.pool = p_pool and r.state = 'running';
  if found then
    accepted := d.version = p_version and d.started_login = session_user;
    changed := false; deployment := d.id;
    rule := case when accepted then '' else 'deployment' end;
    sentence := case when accepted
      then format('deployment %s of version %s is already running', d.id, d.version)
      else format('deployment %s of version %s has been running for %s s, started by %s', d.id,
                  d.version, round(jobflip.age_ms(d.started_at) / 1000.0), d.started_by) end;
    return;
  end if;
  accepted := true; changed := true; rule := '';
  deployment := nextval('jobflip_data.deployment_id');
  insert into jobflip_data.deployment (id, pool, version, state, started_at, started_by,
                                       started_login, reason)
  values (deployment, p_pool, p_version, 'running', clock_timestamp(), v_actor, session_user,
          p_reason);
  perform jobflip.audit_append(p_pool, 'deployment_started', null, null, null, v_actor,
    coalesce(nullif(p_reason, ''), format('version %s', p_version)),
    jsonb_build_object('deployment', deployment, 'version', p_version)::text);
  sentence := format('deployment %s of version %s to pool %s is running', deployment, p_version,
                     p_pool);
end
$$;
