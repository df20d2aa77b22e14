-- settings_fields: a pool's settings as records (chr(30)) of fields (chr(31)), tagged S, C and Q,
-- for programs that must read them without a JSON library. src/store/wire.cpp is the other side.
create function jobflip.settings_fields(p_pool text) returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select array_to_string(array['S', p.name, p.settings_version::text, p.mode,
           p.when_store_lost, case when p.workers_fence_every_claim then 't' else 'f' end,
           p.when_workers_end, p.beat_every_ms::text,
           p.call_deadline_ms::text, p.lease_ms::text, p.graceful_stop_ms::text,
           p.kill_to_empty_ms::text, p.guard_margin_ms::text, p.takeover_after_ms::text,
           p.freeze_ms::text, p.clock_rate_bound::text, p.drain_timeout_ms::text,
           p.stalled_drain_timeout_ms::text, p.start_timeout_ms::text, p.verify_timeout_ms::text,
           p.hold_down_ms::text, p.cooldown_ms::text, p.cooldown_max_ms::text], chr(31), '')
    || coalesce((
         select string_agg(
                  chr(30) || array_to_string(array['C', c.node, c.priority::text], chr(31)), ''
                  order by c.priority, c.node)
         from jobflip_data.pool_candidate c where c.pool = p.name), '')
    || coalesce((
         select string_agg(chr(30) || array_to_string(array['Q', q.name, q.database, q.query,
                             q.done_kind, q.sample_every_ms::text, q.stall_after_ms::text,
                             q.pickup_every_ms::text, q.job_timeout_ms::text, q.age_target_ms::text,
                             q.enter_after::text], chr(31), ''),
                           '' order by q.place, q.name)
         from jobflip_data.queue q where q.pool = p.name), '')
  from jobflip_data.pool p where p.name = p_pool
$$;
