-- deploy_rollback: marks that the pool's deployment is rolled back, and flips back if it is tied to
-- a planned flip and p_flip_back says so. It is marked even if a rule forbids that flip: flip_rule
-- names the rule. A repeated call marks nothing, but makes up for a flip that was forbidden, failed
-- or was aborted; with the same request it gets the same answer. The version may be '' while the
-- deployment runs.
create function jobflip.deploy_rollback(
  p_pool text, p_version text, p_actor text, p_reason text, p_flip_back boolean default true,
  p_stalled boolean default false, p_request uuid default gen_random_uuid(),
  p_evidence text default '',
  out accepted boolean, out changed boolean, out rule text, out sentence text,
  out deployment bigint, out flip bigint, out flip_rule text, out flip_sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_found record;
  v_was_flipped boolean;
  d jobflip_data.deployment;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_given('pool flip_back stalled request',
    array[p_pool, p_flip_back::text, p_stalled::text, p_request::text]);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_version(p_version, false);
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('evidence', p_evidence, 65536, false);
  perform jobflip.lock_deployments(p_pool, v_actor);
  select * into v_found from jobflip.deployment_to_end(p_pool, p_version, 'rolled_back');
  d := v_found.d; rule := v_found.rule; sentence := v_found.sentence;
  deployment := d.id; accepted := rule = ''; changed := accepted and d.state <> 'rolled_back';
  v_was_flipped := exists (select from jobflip_data.flip f where f.id = d.flip_back
                             and f.state not in ('failed', 'aborted'));
  flip := case when v_was_flipped then d.flip_back end; flip_rule := ''; flip_sentence := '';
  if not accepted then
    return;
  end if;
  if changed then
    update jobflip_data.deployment r
    set state = 'rolled_back', ended_at = clock_timestamp(), ended_by = v_actor,
        ended_login = session_user, reason = p_reason
    where r.id = d.id returning * into d;
    sentence := format('deployment %s of version %s is rolled back', d.id, d.version);
  end if;
  if p_flip_back and not v_was_flipped then
    select b.flip, b.rule, b.sentence into flip, flip_rule, flip_sentence
    from jobflip.flip_back(d, p_request, p_actor, p_reason, p_stalled, p_evidence) b;
    update jobflip_data.deployment r set flip_back = coalesce(deploy_rollback.flip, r.flip_back)
    where r.id = d.id returning * into d;
    insert into jobflip_data.incident_deployment (incident, deployment)
    select l.incident, d.id from jobflip_data.incident_flip l
    where l.flip = deploy_rollback.flip
    on conflict do nothing;
  elsif v_was_flipped then
    flip_sentence := format('flip %s flips it back', d.flip_back);
  end if;
  if changed or flip is not null and not v_was_flipped then
    perform jobflip.classify_by_rollback(d, v_actor, p_reason);
  end if;
  if changed then
    perform jobflip.audit_append(p_pool, 'deployment_rolled_back', null, flip, null,
      v_actor, p_reason, jsonb_build_object('deployment', d.id, 'version', d.version,
        'flip', d.flip, 'flip_rule', flip_rule)::text);
  elsif flip is not null and not v_was_flipped then
    perform jobflip.audit_append(p_pool, 'deployment_flip', null, flip, null, v_actor, p_reason,
      jsonb_build_object('deployment', d.id, 'version', d.version, 'back', true)::text);
  end if;
end
$$;
