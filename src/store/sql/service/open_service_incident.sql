-- open_service_incident: opens an incident of a service, which has none open. Requires: the caller
-- has locked the service's row.
create function jobflip.open_service_incident(
  s jobflip_data.service, p_class text, p_onset timestamptz, p_sentence text, p_actor text)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_id constant bigint := nextval('jobflip_data.incident_id');
  v_now constant timestamptz := clock_timestamp();
begin
  insert into jobflip_data.incident (id, pool, service, class, cause, sentence, opened_at,
                                     opened_by, perceptible_after_ms)
  values (v_id, '', s.name, p_class, 'service', p_sentence, v_now, p_actor, 60000);
  perform jobflip.reach_stage(v_id, 'onset', 0, p_onset);
  perform jobflip.reach_stage(v_id, 'detected', 0, v_now);
  perform jobflip.audit_append('jobflip', 'incident_opened', null, null, null, p_actor, p_sentence,
    jsonb_build_object('incident', v_id, 'class', p_class, 'cause', 'service',
                       'service', s.name)::text);
end
$$;
