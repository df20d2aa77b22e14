-- change_incident: what a person does with an incident. p_what and p_value:
--   note         the text is the reason           label, unlabel   a label
--   class        one of the six                   severity         minor, major, critical
--   perceptible, downtime   yes, no, or rule: as the rule says
--   close        -
--   merge        the number of the incident that this one becomes part of
--   split        the number of a flip, which gets an incident of its own
-- Every change is an event of the pool's chain; of a service's incident, of the chain jobflip.
create function jobflip.change_incident(
  p_incident bigint, p_what text, p_value text, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  i jobflip_data.incident;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('value', p_value, 200, false);
  perform jobflip.require_given('what value', array[p_what, p_value]);
  select * into i from jobflip_data.incident where id = p_incident;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no incident %s', coalesce(p_incident::text, 'null')),
      hint = '`jobflip incident list` lists the incidents';
  end if;
  perform from jobflip_data.pool where name = i.pool for update;
  perform from jobflip_data.service where name = i.service for update;
  select * into strict i from jobflip_data.incident where id = p_incident for update;
  accepted := true; rule := '';
  if i.merged_into is not null then
    accepted := false; changed := false; rule := 'merged';
    sentence := format('incident %s is part of incident %s: change that one', i.id, i.merged_into);
    return;
  end if;
  select c.rule, c.changed, c.sentence into rule, changed, sentence
  from jobflip.apply_incident_change(i, p_what, p_value, v_actor, p_reason) c;
  accepted := rule = '';
  if accepted and changed and p_what <> 'close' then  -- that has an event of its own
    perform jobflip.audit_append(
      case i.service when '' then i.pool else 'jobflip' end, 'incident_changed', null, null, null,
      v_actor, p_reason,
      jsonb_build_object('incident', i.id, 'what', p_what, 'value', p_value)::text);
  end if;
end
$$;
