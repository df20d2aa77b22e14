-- judge_service: opens, changes or closes the incident of a service by its state, which began at
-- p_from. In maintenance none is opened. What a person opened, a person closes; and what a person
-- closed is not opened again while the state lasts. Requires: the caller has locked the service's
-- row.
create function jobflip.judge_service(
  s jobflip_data.service, p_state text, p_from timestamptz, p_sentence text, p_actor text)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_class constant text := case p_state when 'slow' then 'slowness' else 'other' end;
  i jobflip_data.incident;
begin
  select * into i from jobflip_data.incident where service = s.name and closed_at is null;
  if p_state = 'up' then
    if i.cause <> 'person'
       and clock_timestamp() - p_from >= greatest(s.slow_for_ms, 60000) * interval '1 ms' then
      perform jobflip.reach_stage(i.id, 'recovered', 0,
        (select greatest(p_from, max(g.at)) from jobflip_data.incident_stage g
         where g.incident = i.id));
      perform jobflip.close_incident(i.id, p_actor, format('service %s is up again', s.name));
    end if;
  elsif i.id is not null then
    if p_state = 'down' and i.class = 'slowness' and i.class_by = '' then
      update jobflip_data.incident
      set class = v_class, sentence = left(sentence, 2000) || '; then it went down: ' || p_sentence
      where id = i.id;
      perform jobflip.audit_append('jobflip', 'incident_changed', null, null, null, p_actor,
        p_sentence,
        jsonb_build_object('incident', i.id, 'what', 'class', 'value', v_class)::text);
    end if;
  elsif jobflip.maintenance_until(s, clock_timestamp()) is null
        and not exists (select from jobflip_data.incident c
                        where c.service = s.name and c.closed_at > p_from
                          and c.closed_by not like 'supervisor %')
        and (select m.may from jobflip.may_record('incident_opened', 300) m) then
    perform jobflip.open_service_incident(s, v_class, p_from, p_sentence, p_actor);
  end if;
end
$$;
