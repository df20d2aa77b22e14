-- pool_document: one pool as apply() is given it, whatever settings the program that wrote it knew.
create function jobflip.pool_document(p_pool jobflip_data.pool) returns jsonb
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select p_pool.settings || jsonb_build_object(
    'kind', p_pool.kind,
    'candidates', (select coalesce(jsonb_object_agg(c.node, c.priority), '{}')
                   from jobflip_data.pool_candidate c where c.pool = p_pool.name),
    'queues', (select coalesce(jsonb_object_agg(q.name, q.settings), '{}')
               from jobflip_data.queue q where q.pool = p_pool.name))
$$;
