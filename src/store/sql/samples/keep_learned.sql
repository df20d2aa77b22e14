-- keep_learned: keeps what the leading supervisor has learned about queues, one JSON object each.
-- Returns false if it no longer leads. What is equal is not written again, and what a person had
-- learned stays until the supervisor has taken it in. Queues that are not
-- there are left out, and what was kept about them goes: an apply does not wait for this call, so
-- it may have left some.
create function jobflip.keep_learned(
  p_supervisor text, p_epoch bigint, p_pools text[], p_queues text[], p_documents text[])
returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_other text;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_list('pools', p_pools, 500, 63);
  perform jobflip.require_list('queues', p_queues, 500, 63);
  perform jobflip.require_list('documents', p_documents, 500, 8192);
  perform jobflip.require_as_many('queues', p_queues, cardinality(p_pools));
  perform jobflip.require_as_many('documents', p_documents, cardinality(p_pools));
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  select n.pool || ' ' || n.queue into v_other
  from unnest(p_pools, p_queues, p_documents) n (pool, queue, document)
  where not jobflip.is_json_object(n.document) limit 1;
  if found then
    raise exception using errcode = 'JF005',
      message = format('what was learned about %s is not a JSON object', v_other),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  perform set_config('synchronous_commit', 'off', true);
  insert into jobflip_data.learned as l (pool, queue, document, kept_at)
  select q.pool, q.name, n.document, clock_timestamp()
  from (select distinct on (u.pool, u.queue) u.pool, u.queue, u.document
        from unnest(p_pools, p_queues, p_documents) with ordinality u (pool, queue, document, nth)
        order by u.pool, u.queue, u.nth desc) n
  join jobflip_data.queue q on q.pool = n.pool and q.name = n.queue
  order by q.pool, q.name
  on conflict (pool, queue) do update
    set document = excluded.document, kept_at = excluded.kept_at
    where l.document <> excluded.document
      and jobflip.taught_of(l.document) <= jobflip.taught_of(excluded.document);
  delete from jobflip_data.learned l
  where not exists (select from jobflip_data.queue q where q.pool = l.pool and q.name = l.queue);
  return true;
end
$$;
