-- remove_maintenance: maintenance that a person planned counts no more, as if it had never been
-- planned. The audit log keeps both.
create function jobflip.remove_maintenance(
  p_maintenance bigint, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  m jobflip_data.service_maintenance;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  select * into m from jobflip_data.service_maintenance where id = p_maintenance for update;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no maintenance %s', coalesce(p_maintenance::text, 'null')),
      hint = '`jobflip service maintenance` lists it';
  end if;
  accepted := true; rule := ''; changed := m.removed_at is null;
  sentence := format(case when changed then 'maintenance %s is removed'
                          else 'maintenance %s was removed already' end, m.id);
  if changed then
    update jobflip_data.service_maintenance set removed_at = clock_timestamp() where id = m.id;
    perform jobflip.audit_append('jobflip', 'maintenance_removed', null, null, null, v_actor,
      p_reason,
      jsonb_build_object('maintenance', m.id, 'service', m.service)::text);
  end if;
end
$$;
