-- fleet_json: the applied fleet, in the format of apply()'s argument.
create function jobflip.fleet_json() returns jsonb
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jsonb_build_object(
    'budget', (select jsonb_build_object('flips', flips, 'window_ms', window_ms)
               from jobflip_data.budget),
    'nodes', (select coalesce(jsonb_object_agg(name, jsonb_build_object('login', login)), '{}')
              from jobflip_data.node where kind = 'agent'),
    'supervisors', (
      select coalesce(jsonb_object_agg(name, jsonb_build_object('login', login)), '{}')
      from jobflip_data.node where kind = 'supervisor'),
    'pools', (
      select coalesce(jsonb_object_agg(p.name,
        to_jsonb(p) - array['name', 'settings_version', 'timings_changed_at',
                            'previous_takeover_after_ms', 'previous_freeze_ms', 'paused_until',
                            'pause_reason', 'pause_actor', 'cooldown_until', 'cooldown_level',
                            'cooldown_flip', 'open_flip']
        || jsonb_build_object(
          'candidates', (select coalesce(jsonb_object_agg(c.node, c.priority), '{}')
                         from jobflip_data.pool_candidate c where c.pool = p.name),
          'queues', (
            select coalesce(jsonb_object_agg(q.name, to_jsonb(q) - array['pool', 'name']), '{}')
            from jobflip_data.queue q where q.pool = p.name))), '{}')
      from jobflip_data.pool p))
$$;
