-- deployment_to_end: which deployment of the pool deploy_done (p_state = 'done') or deploy_rollback
-- ('rolled_back') means: the newest one. If it has ended already, a rollback must name its version.
-- The rule is '' unless the call is refused; p_state is the state of d if there is nothing to do.
-- Requires: the caller has locked the pool's row.
create function jobflip.deployment_to_end(
  p_pool text, p_version text, p_state text,
  out d jobflip_data.deployment, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_which text;
begin
  rule := ''; sentence := '';
  select * into d from jobflip_data.deployment r where r.pool = p_pool order by r.id desc limit 1;
  if not found then
    rule := 'deployment';
    sentence := format('no deployment of pool %s was marked: begin with `jobflip deploy start`',
                       p_pool);
    return;
  end if;
  v_which := format('deployment %s of version %s', d.id, d.version);
  if p_version not in ('', d.version) then
    rule := 'version';
    sentence := format('the last deployment of pool %s is %s of version %s, not of version %s',
                       p_pool, d.id, d.version, p_version);
  elsif d.state = p_state then
    sentence := format('%s was already %s', v_which, case p_state when 'done' then 'done'
                                                       else 'rolled back' end);
  elsif d.state <> 'running' and (p_state = 'done' or p_version = '') then
    rule := 'deployment';
    sentence := format('no deployment of pool %s is running: %s %s', p_pool, v_which,
      case d.state when 'done' then 'is done; to roll it back, name its version'
                   when 'expired' then 'has expired; to roll it back, name its version'
                   else 'was rolled back' end);
  end if;
end
$$;
