-- pause: stops automatic flips and takeovers of silent holders for p_length_ms. A null length ends
-- the pause; an empty pool means all pools.
create function jobflip.pause(
  p_pool text, p_length_ms bigint, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_pool text;
  v_count integer := 0;
  v_all integer := 0;
  v_was timestamptz;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('pool', p_pool, 63, false);
  perform jobflip.require_given('pool', array[p_pool]);
  if p_length_ms not between 1 and 2592000000 then
    raise exception using errcode = 'JF005',
      message = 'the length of a pause must be above 0 and at most 30 days',
      hint = 'give a length such as 2h';
  end if;
  for v_pool, v_was in
    select name, paused_until from jobflip_data.pool
    where kind = 'workers' and (p_pool = '' or name = p_pool) order by name for update
  loop
    v_all := v_all + 1;
    if p_length_ms is null and not coalesce(v_was > clock_timestamp(), false) then
      continue;
    end if;
    v_count := v_count + 1;
    update jobflip_data.pool
    set paused_until = clock_timestamp() + p_length_ms * interval '1 ms',
        pause_reason = case when p_length_ms is null then '' else p_reason end,
        pause_actor = case when p_length_ms is null then '' else v_actor end
    where name = v_pool;
    perform jobflip.audit_append(
      v_pool, case when p_length_ms is null then 'resumed' else 'paused' end, null, null, null,
      v_actor, p_reason, jsonb_build_object('length_ms', p_length_ms)::text);
  end loop;
  if v_all = 0 and p_pool <> '' then
    raise exception using errcode = 'JF003',
      message = format('there is no pool "%s"', left(p_pool, 100)),
      hint = '`jobflip status` lists the pools';
  end if;
  accepted := true; changed := v_count > 0; rule := '';
  sentence := case
    when p_length_ms is null and not changed then 'not paused'
    when p_length_ms is null
    then format('resumed: %s', case p_pool when '' then 'all pools' else p_pool end)
    else format('paused for %s s: %s', p_length_ms / 1000,
                case p_pool when '' then 'all pools' else p_pool end) end;
end
$$;
