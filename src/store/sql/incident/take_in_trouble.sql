-- take_in_trouble: an incident that a flip, a person or slowness had opened turns out to be worse:
-- it began at p_onset, if no onset is known yet, and its class is p_class, if it was "other" or
-- "slowness" by rule. Requires: the caller has locked the pool's row.
create function jobflip.take_in_trouble(
  p_incident bigint, p_class text, p_onset timestamptz, p_actor text, p_sentence text)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_pool text;
begin
  if p_onset is not null and not exists (
       select from jobflip_data.incident_stage s
       where s.incident = p_incident and s.stage = 'onset') then
    perform jobflip.reach_stage(p_incident, 'onset', 0, p_onset);
  end if;
  update jobflip_data.incident i set class = p_class
  where i.id = p_incident and i.class_by = ''
    and (i.class = 'other' and p_class <> 'other'
         or i.class = 'slowness' and p_class in ('queued', 'node', 'store'))
  returning i.pool into v_pool;
  if v_pool is not null then
    perform jobflip.audit_append(v_pool, 'incident_changed', null, null, null, p_actor,
      p_sentence,
      jsonb_build_object('incident', p_incident, 'what', 'class', 'value', p_class)::text);
  end if;
end
$$;
