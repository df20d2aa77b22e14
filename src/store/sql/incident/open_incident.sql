-- open_incident: the pool's open incident; opens one if it has none. The result is its number.
-- Requires: the caller has locked the pool's row. So all changes of a pool's incidents are made one
-- after another, and in the lock order of all functions (take).
create function jobflip.open_incident(
  p_pool text, p_class text, p_cause text, p_actor text, p_sentence text, p_node text,
  p_flip bigint)
returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_id bigint;
  v_settings jsonb;
  v_now timestamptz;
begin
  select i.id into v_id from jobflip_data.incident i where i.pool = p_pool and i.closed_at is null;
  if found then
    return v_id;
  end if;
  select p.settings into v_settings from jobflip_data.pool p where p.name = p_pool;
  v_id := nextval('jobflip_data.incident_id');
  v_now := clock_timestamp();
  insert into jobflip_data.incident (id, pool, class, cause, sentence, opened_at, opened_by,
                                     perceptible_after_ms)
  values (v_id, p_pool, p_class, p_cause, p_sentence, v_now, p_actor,
          coalesce((v_settings ->> 'perceptible_after_ms')::numeric::bigint, 60000));
  perform jobflip.reach_stage(v_id, 'detected', 0, v_now);
  perform jobflip.match_deployments(v_id, p_pool, v_now);
  perform jobflip.audit_append(p_pool, 'incident_opened', p_node, p_flip, null, p_actor, p_sentence,
    jsonb_build_object('incident', v_id, 'class', p_class, 'cause', p_cause)::text);
  return v_id;
end
$$;
