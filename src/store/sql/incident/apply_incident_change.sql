-- apply_incident_change: makes one change of change_incident. The rule is '' unless it is refused.
create function jobflip.apply_incident_change(
  i jobflip_data.incident, p_what text, p_value text, p_actor text, p_reason text,
  out rule text, out changed boolean, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_flag constant boolean := case p_value when 'yes' then true when 'no' then false end;
  v_by constant text := case when p_value = 'rule' then '' else p_actor end;
  v_known constant text := case p_what
    when 'class' then jobflip.incident_classes()
    when 'severity' then 'minor major critical rule'
    when 'perceptible' then 'yes no rule' when 'downtime' then 'yes no rule' end;
begin
  rule := ''; changed := true; sentence := format('incident %s: %s', i.id, p_what);
  if v_known is not null then
    perform jobflip.require_word(p_what, p_value, v_known);
  end if;
  case p_what
  when 'note' then
    if (select count(*) from jobflip_data.incident_note n where n.incident = i.id) >= 1000 then
      rule := 'limit'; sentence := format('incident %s has 1,000 notes, which is the limit', i.id);
      return;
    end if;
    insert into jobflip_data.incident_note (incident, seq, at, actor, login, text)
    select i.id, coalesce(max(n.seq), 0) + 1, clock_timestamp(), p_actor, session_user, p_reason
    from jobflip_data.incident_note n where n.incident = i.id;
    sentence := format('noted on incident %s', i.id);
  when 'label' then
    if p_value !~ '^[a-z0-9][a-z0-9._-]{0,62}$' then
      raise exception using errcode = 'JF005',
        message = format('label "%s" is not a name', left(p_value, 100)),
        hint = 'use up to 63 letters a-z, digits, dots, hyphens and underscores';
    end if;
    if (select count(*) from jobflip_data.incident_label l where l.incident = i.id) >= 50 then
      rule := 'limit'; sentence := format('incident %s has 50 labels, which is the limit', i.id);
      return;
    end if;
    insert into jobflip_data.incident_label (incident, label) values (i.id, p_value)
    on conflict do nothing;
    changed := found;
    sentence := format('incident %s %s the label %s', i.id,
                       case when changed then 'has' else 'already has' end, p_value);
  when 'unlabel' then
    delete from jobflip_data.incident_label l where l.incident = i.id and l.label = p_value;
    changed := found;
    sentence := format('incident %s has no label %s', i.id, p_value);
  when 'class' then
    changed := i.class <> p_value;
    update jobflip_data.incident set class = p_value, class_by = p_actor
    where id = i.id and changed;
    sentence := format('incident %s is of class %s', i.id, p_value);
  when 'severity' then
    changed := i.severity is distinct from nullif(p_value, 'rule');
    update jobflip_data.incident set severity = nullif(p_value, 'rule'), severity_by = v_by
    where id = i.id and changed;
    sentence := format('incident %s: severity %s', i.id, p_value);
  when 'perceptible' then
    changed := i.perceptible is distinct from v_flag;
    update jobflip_data.incident set perceptible = v_flag, perceptible_by = v_by
    where id = i.id and changed;
    sentence := format('incident %s: perceptible %s', i.id, p_value);
  when 'downtime' then
    changed := i.downtime is distinct from v_flag;
    update jobflip_data.incident set downtime = v_flag, downtime_by = v_by
    where id = i.id and changed;
    sentence := format('incident %s: downtime %s', i.id, p_value);
  when 'close' then
    changed := i.closed_at is null;
    perform jobflip.close_incident(i.id, p_actor, p_reason);
    sentence := format(case when changed then 'incident %s is closed'
                            else 'incident %s was closed already' end, i.id);
  when 'merge' then
    select m.rule, m.sentence into rule, sentence
    from jobflip.merge_incident(i, p_value) m;
  when 'split' then
    select s.rule, s.sentence into rule, sentence
    from jobflip.split_incident(i, p_value, p_actor) s;
  else
    raise exception using errcode = 'JF005',
      message = format('nothing of an incident is called "%s"', left(p_what, 100)),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end case;
end
$$;
