-- apply_pool: applies the settings of one pool; each change gets a new version.
create function jobflip.apply_pool(p_name text, p_pool jsonb) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_version bigint;
  v_gate text;
begin
  insert into jobflip_data.settings_number as n (pool, last) values (p_name, 1)
  on conflict (pool) do update set last = n.last + 1 returning last into v_version;
  insert into jobflip_data.pool as p (name, settings_version, kind, settings)
  values (p_name, v_version, p_pool ->> 'kind', p_pool - array['kind', 'candidates', 'queues'])
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
    settings_version = excluded.settings_version, kind = excluded.kind,
    settings = excluded.settings;
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
  insert into jobflip_data.queue (pool, name, settings)
  select p_name, j.key, j.value from jsonb_each(p_pool -> 'queues') j;
  delete from jobflip_data.queue_verdict v
  where v.pool = p_name and not p_pool -> 'queues' ? v.queue;
  perform jobflip.forget_learned(p_name, p_pool -> 'queues');
end
$$;
