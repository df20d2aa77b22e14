-- record_hold: records a flip that was not made, and the rule that held it.
create function jobflip.record_hold(
  p_supervisor text, p_epoch bigint, p_pool text, p_rule text, p_reason text, p_evidence text)
returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_pool_epoch bigint;
  v_evidence jsonb;
  v_may boolean;
  v_passed_over bigint;
  v_incident bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_text('rule', p_rule, 63, true);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('evidence', p_evidence, 65536, false);
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  v_evidence := jobflip.evidence_of(p_evidence, 16384);
  select epoch into v_pool_epoch from jobflip_data.pool_owner where pool = p_pool;
  if not found then
    return true;  -- the pool has been removed
  end if;
  -- a session that has the pool locked delays no hold: the incident is opened with the next one
  perform from jobflip_data.pool where name = p_pool for update skip locked;
  if found and jobflip.may_open_incident(p_pool) then
    v_incident := jobflip.open_incident(p_pool, 'queued', 'hold', 'supervisor ' || p_supervisor,
                                        p_reason, null, null);
    update jobflip_data.incident set holds = holds + 1 where id = v_incident;
  end if;
  select m.may, m.passed_over into v_may, v_passed_over from jobflip.may_record('hold', 300) m;
  if v_may then
    perform jobflip.audit_append(p_pool, 'hold', null, null, v_pool_epoch,
      'supervisor ' || p_supervisor, p_reason,
      jsonb_build_object('rule', p_rule, 'not_recorded', v_passed_over,
                         'evidence', v_evidence)::text);
  end if;
  return true;
end
$$;
