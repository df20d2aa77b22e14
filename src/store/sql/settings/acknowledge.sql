-- acknowledge: an operator has checked the pool: its cooldown ends, its level is 0 again, and its
-- next stall may be restarted.
create function jobflip.acknowledge(
  p_pool text, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  p jobflip_data.pool;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('pool', p_pool, 63, true);
  select * into p from jobflip_data.pool where name = p_pool and kind = 'workers' for update;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no pool "%s"', left(p_pool, 100)),
      hint = '`jobflip status` lists the pools';
  end if;
  accepted := true; rule := '';
  changed := p.cooldown_level > 0 or coalesce(p.cooldown_until > clock_timestamp(), false)
             or (select r.flip is not null
                 from jobflip_data.pool_owner o, jobflip.spent_restart(p, o.epoch) r
                 where o.pool = p_pool);
  sentence := case when changed then format('the cooldown of pool %s is over', p_pool)
                   else format('pool %s has no cooldown', p_pool) end;
  if changed then
    update jobflip_data.pool set cooldown_until = null, cooldown_level = 0, cooldown_flip = null
    where name = p_pool;
    perform jobflip.audit_append(p_pool, 'acknowledged', null, p.cooldown_flip, null, v_actor,
      p_reason, jsonb_build_object('level', p.cooldown_level)::text);
  end if;
end
$$;
