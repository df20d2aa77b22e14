-- open_by_hand: a person opens an incident of a pool.
create function jobflip.open_by_hand(
  p_pool text, p_class text, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text, out incident bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_word('class', p_class, jobflip.incident_classes());
  perform from jobflip_data.pool where name = p_pool and kind = 'workers' for update;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no pool "%s"', left(p_pool, 100)),
      hint = '`jobflip status` lists the pools';
  end if;
  select i.id into incident from jobflip_data.incident i
  where i.pool = p_pool and i.closed_at is null;
  accepted := not found; changed := accepted;
  if not accepted then
    rule := 'open';
    sentence := format('incident %s of pool %s is open: note it there', incident, p_pool);
    return;
  end if;
  incident := jobflip.open_incident(p_pool, p_class, 'person',
    coalesce(nullif(p_actor, ''), session_user), p_reason, null, null);
  rule := ''; sentence := format('incident %s of pool %s is open', incident, p_pool);
end
$$;
