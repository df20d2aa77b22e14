-- apply_pool: applies the settings of one pool; each change gets a new version.
create function jobflip.apply_pool(p_name text, p_pool jsonb) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  r jobflip_data.pool;
  v_version bigint;
  v_gate text;
begin
  insert into jobflip_data.settings_number as n (pool, last) values (p_name, 1)
  on conflict (pool) do update set last = n.last + 1 returning last into v_version;
  r := jsonb_populate_record(null::jobflip_data.pool, p_pool);
  insert into jobflip_data.pool as p (
    name, settings_version, kind, mode, when_store_lost, workers_fence_every_claim,
    when_workers_end, beat_every_ms, call_deadline_ms, lease_ms, graceful_stop_ms,
    kill_to_empty_ms, guard_margin_ms, takeover_after_ms, freeze_ms, clock_rate_bound,
    drain_timeout_ms, stalled_drain_timeout_ms, start_timeout_ms, verify_timeout_ms, hold_down_ms,
    cooldown_ms, cooldown_max_ms)
  values (
    p_name, v_version, r.kind, r.mode, r.when_store_lost, r.workers_fence_every_claim,
    r.when_workers_end, r.beat_every_ms, r.call_deadline_ms, r.lease_ms,
    r.graceful_stop_ms, r.kill_to_empty_ms, r.guard_margin_ms, r.takeover_after_ms, r.freeze_ms,
    r.clock_rate_bound, r.drain_timeout_ms, r.stalled_drain_timeout_ms, r.start_timeout_ms,
    r.verify_timeout_ms, r.hold_down_ms, r.cooldown_ms, r.cooldown_max_ms)
  on conflict (name) do update set
    timings_changed_at = case
      when (p.takeover_after_ms, p.freeze_ms) = (excluded.takeover_after_ms, excluded.freeze_ms)
        then p.timings_changed_at else clock_timestamp() end,
    -- the values in effect still count, even if they were themselves about to be replaced
    previous_takeover_after_ms = case
      when (p.takeover_after_ms, p.freeze_ms) = (excluded.takeover_after_ms, excluded.freeze_ms)
        then p.previous_takeover_after_ms else jobflip.takeover_after(p) end,
    previous_freeze_ms = case
      when (p.takeover_after_ms, p.freeze_ms) = (excluded.takeover_after_ms, excluded.freeze_ms)
        then p.previous_freeze_ms else greatest(p.freeze_ms, p.previous_freeze_ms) end,
    settings_version = excluded.settings_version, kind = excluded.kind, mode = excluded.mode,
    when_store_lost = excluded.when_store_lost,
    workers_fence_every_claim = excluded.workers_fence_every_claim,
    when_workers_end = excluded.when_workers_end,
    beat_every_ms = excluded.beat_every_ms, call_deadline_ms = excluded.call_deadline_ms,
    lease_ms = excluded.lease_ms, graceful_stop_ms = excluded.graceful_stop_ms,
    kill_to_empty_ms = excluded.kill_to_empty_ms, guard_margin_ms = excluded.guard_margin_ms,
    takeover_after_ms = excluded.takeover_after_ms, freeze_ms = excluded.freeze_ms,
    clock_rate_bound = excluded.clock_rate_bound, drain_timeout_ms = excluded.drain_timeout_ms,
    stalled_drain_timeout_ms = excluded.stalled_drain_timeout_ms,
    start_timeout_ms = excluded.start_timeout_ms, verify_timeout_ms = excluded.verify_timeout_ms,
    hold_down_ms = excluded.hold_down_ms, cooldown_ms = excluded.cooldown_ms,
    cooldown_max_ms = excluded.cooldown_max_ms;
  if not exists (select from jobflip_data.pool_owner where pool = p_name) then
    v_gate := 'jobflip_data.gate_'
              || left(encode(sha256(convert_to(p_name, 'UTF8')), 'hex'), 32);
    execute format('create sequence if not exists %s', v_gate);
    perform setval(v_gate::regclass, 1);
    insert into jobflip_data.pool_owner (pool, gate) values (p_name, v_gate::regclass);
  end if;

  delete from jobflip_data.pool_candidate where pool = p_name;
  insert into jobflip_data.pool_candidate (pool, node, priority)
  select p_name, c.key, c.value::integer from jsonb_each_text(p_pool -> 'candidates') c;

  delete from jobflip_data.queue where pool = p_name;
  insert into jobflip_data.queue
  select q.* from jsonb_each(p_pool -> 'queues') j,
    jsonb_populate_record(null::jobflip_data.queue,
                          j.value || jsonb_build_object('pool', p_name, 'name', j.key)) q;
  delete from jobflip_data.queue_verdict v
  where v.pool = p_name and not p_pool -> 'queues' ? v.queue;
end
$$;
