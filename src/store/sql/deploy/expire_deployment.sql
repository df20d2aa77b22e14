-- expire_deployment: ends the pool's running deployment as expired if its longest time is over, or
-- if p_now says so. Requires: the caller has locked the pool's row.
create function jobflip.expire_deployment(
  p_pool text, p_now boolean, p_actor text, p_reason text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  d jobflip_data.deployment;
begin
  update jobflip_data.deployment r
  set state = 'expired', ended_by = p_actor, ended_login = session_user,
      ended_at = least(clock_timestamp(), r.started_at + jobflip.longest_deployment())
  where r.pool = p_pool and r.state = 'running'
    and (p_now or r.started_at <= clock_timestamp() - jobflip.longest_deployment())
  returning * into d;
  if found then
    perform jobflip.audit_append(p_pool, 'deployment_expired', null, d.flip, null, p_actor,
      p_reason, jsonb_build_object('deployment', d.id, 'version', d.version)::text);
  end if;
end
$$;
