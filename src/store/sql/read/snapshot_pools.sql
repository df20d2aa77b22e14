-- snapshot_pools: each pool with its settings, its owner, and whatever may forbid a flip. Ages are
-- by the store's clock.
create function jobflip.snapshot_pools()
returns table (
  name text, kind text, settings text, epoch bigint, state text, holder text, beat_age_ms bigint,
  taken_at bigint, paused_until bigint, pause_left_ms bigint, pause_reason text, pause_actor text,
  cooldown_left_ms bigint, cooldown_level integer, cooldown_flip bigint, frozen_for_ms bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select p.name, p.kind, jobflip.settings_text(p.name), o.epoch, o.state, o.holder,
    case when o.state = 'held' then jobflip.age_ms(greatest(
      o.taken_at, case when (o.pool || ':' || o.epoch) = any (h.renewals) then h.beat_at
                       else h.renewals_since end)) end,
    jobflip.micros(o.taken_at),
    jobflip.micros(p.paused_until),
    jobflip.left_ms(p.paused_until),
    p.pause_reason, p.pause_actor,
    jobflip.left_ms(p.cooldown_until),
    p.cooldown_level, p.cooldown_flip,
    case when jobflip.is_copy(m.system_identifier) then p.freeze_ms
         when m.seen_at > '-infinity' then jobflip.left_ms(jobflip.frozen_until(p, m.seen_at))
         when m.id is null then p.freeze_ms end
  from jobflip_data.pool p
  join jobflip_data.pool_owner o on o.pool = p.name
  left join jobflip_data.node_beat h on h.node = o.holder
  left join jobflip_data.incarnation m on true
  order by p.name
$$;
