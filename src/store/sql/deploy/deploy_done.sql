-- deploy_done: marks that the pool's running deployment is done. A repeated call changes nothing.
-- The version is '' or that of the deployment.
create function jobflip.deploy_done(
  p_pool text, p_version text, p_actor text default '', p_reason text default '',
  out accepted boolean, out changed boolean, out rule text, out sentence text,
  out deployment bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_found record;
  d jobflip_data.deployment;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_given('pool reason', array[p_pool, p_reason]);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_version(p_version, false);
  perform jobflip.require_text('reason', p_reason, 2000, false);
  perform jobflip.require_person(p_actor);
  perform jobflip.lock_deployments(p_pool, v_actor);
  select * into v_found from jobflip.deployment_to_end(p_pool, p_version, 'done');
  d := v_found.d; rule := v_found.rule; sentence := v_found.sentence;
  deployment := d.id; accepted := rule = ''; changed := accepted and d.state = 'running';
  if not changed then
    return;
  end if;
  update jobflip_data.deployment r
  set state = 'done', ended_at = clock_timestamp(), ended_by = v_actor,
      ended_login = session_user, reason = coalesce(nullif(p_reason, ''), r.reason)
  where r.id = d.id;
  perform jobflip.audit_append(p_pool, 'deployment_done', null, d.flip, null, v_actor,
    coalesce(nullif(p_reason, ''), format('version %s', d.version)),
    jsonb_build_object('deployment', d.id, 'version', d.version)::text);
  sentence := format('deployment %s of version %s is done', d.id, d.version);
end
$$;
