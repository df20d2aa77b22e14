-- fleet_json: the applied fleet, in the format of apply()'s argument.
create function jobflip.fleet_json() returns jsonb
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jsonb_build_object(
    'budget', (select jsonb_build_object('flips', flips, 'window_ms', window_ms)
               from jobflip_data.budget),
    'samples_kept_ms', (select samples_kept_ms from jobflip_data.sample_keeping),
    'nodes', (select coalesce(jsonb_object_agg(name, jsonb_build_object('login', login)), '{}')
              from jobflip_data.node where kind = 'agent'),
    'supervisors', (
      select coalesce(jsonb_object_agg(name, jsonb_build_object('login', login)), '{}')
      from jobflip_data.node where kind = 'supervisor'),
    'services', (select coalesce(jsonb_object_agg(name, settings), '{}')
                 from jobflip_data.service),
    'pools', (
      select coalesce(jsonb_object_agg(p.name, jobflip.pool_document(p)), '{}')
      from jobflip_data.pool p))
$$;
