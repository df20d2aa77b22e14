-- deploy_flip: requests the planned flip of a pool's running deployment, as request_flip does for
-- an operator, and ties it to the deployment. A deployment has one such flip, unless that failed or
-- was aborted. A repeated request gets the same answer.
create function jobflip.deploy_flip(
  p_request uuid, p_pool text, p_from text, p_to text, p_expected_epoch bigint,
  p_deployment bigint, p_actor text, p_reason text, p_stalled boolean, p_evidence text,
  out accepted boolean, out flip bigint, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  d jobflip_data.deployment;
  f jobflip_data.flip;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('from', p_from, 63, false);
  perform jobflip.require_text('to', p_to, 63, false);
  perform jobflip.require_text('evidence', p_evidence, 65536, false);
  perform jobflip.require_given('request from to deployment stalled',
    array[p_request::text, p_from, p_to, p_deployment::text, p_stalled::text]);
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.lock_deployments(p_pool, coalesce(nullif(p_actor, ''), session_user));
  select * into d from jobflip_data.deployment r where r.id = p_deployment and r.pool = p_pool;
  select * into f from jobflip_data.flip w where w.id = d.flip;
  accepted := false;
  if f.request is distinct from p_request then
    rule := 'deployment';
    sentence := case
      when d.id is null then format('pool %s has no deployment %s', p_pool, p_deployment)
      when d.state <> 'running' then format('deployment %s of version %s is not running', d.id,
                                            d.version)
      when f.id is not null and f.state not in ('failed', 'aborted')
        then format('deployment %s has its planned flip already: flip %s is %s', d.id, f.id,
                    f.state) end;
    if sentence is not null then
      return;
    end if;
  end if;
  select r.accepted, r.flip, r.rule, r.sentence into accepted, flip, rule, sentence
  from jobflip.request_flip(p_request, p_pool, p_from, p_to, p_expected_epoch, '', null, p_actor,
    p_reason, p_stalled, false, p_evidence) r;
  if accepted and flip is distinct from d.flip then
    update jobflip_data.deployment r set flip = deploy_flip.flip where r.id = d.id;
    perform jobflip.audit_append(p_pool, 'deployment_flip', null, flip, null,
      coalesce(nullif(p_actor, ''), session_user), p_reason,
      jsonb_build_object('deployment', d.id, 'version', d.version, 'back', false)::text);
  end if;
end
$$;
