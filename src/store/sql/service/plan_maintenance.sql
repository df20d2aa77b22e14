-- plan_maintenance: a person plans maintenance of a service, or of all (''). Time that is over can
-- be planned, too: it was announced, and nobody had written it down. Each is an audit event.
create function jobflip.plan_maintenance(
  p_service text, p_begin bigint, p_end bigint, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_from constant timestamptz := jobflip.time_of(p_begin);
  v_until constant timestamptz := jobflip.time_of(p_end);
  v_id bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('service', p_service, 63, false);
  perform jobflip.require_given('service begin end',
                                array[p_service, p_begin::text, p_end::text]);
  if p_service <> '' and not exists (select from jobflip_data.service where name = p_service) then
    raise exception using errcode = 'JF003',
      message = format('there is no service "%s"', left(p_service, 100)),
      hint = '`jobflip service list` lists the services';
  elsif v_until <= v_from or v_until - v_from > interval '366 days' then
    raise exception using errcode = 'JF005',
      message = 'the end of maintenance must be after its begin, by at most 366 days',
      hint = 'give --from and --until, such as 2026-11-27T02:00:00Z';
  elsif v_from < clock_timestamp() - interval '400 days'
        or v_until > clock_timestamp() + interval '800 days' then
    raise exception using errcode = 'JF005',
      message = 'maintenance may begin at most 400 days ago, and end at most 800 days from now',
      hint = 'give --from and --until, such as 2026-11-27T02:00:00Z';
  end if;
  accepted := true; changed := true; rule := '';
  if (select count(*) from jobflip_data.service_maintenance m where m.removed_at is null) >= 5000
  then
    accepted := false; changed := false; rule := 'limit';
    sentence := '5,000 windows of maintenance are planned, which is the limit';
    return;
  end if;
  v_id := nextval('jobflip_data.service_maintenance_id');
  insert into jobflip_data.service_maintenance (id, service, from_at, until_at, actor, login,
                                                reason)
  values (v_id, p_service, v_from, v_until, v_actor, session_user, p_reason);
  perform jobflip.audit_append('jobflip', 'maintenance_planned', null, null, null, v_actor,
    p_reason, jsonb_build_object('maintenance', v_id, 'service', p_service, 'from', p_begin,
                                 'until', p_end)::text);
  sentence := format('maintenance %s of %s is planned', v_id,
                     case p_service when '' then 'all services' else 'service ' || p_service end);
end
$$;
