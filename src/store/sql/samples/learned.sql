-- learned: what was learned about this queue; with '' for both, about all of them.
create function jobflip.learned(p_pool text, p_queue text)
returns table (pool text, queue text, document text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_given('pool queue', array[p_pool, p_queue]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  perform jobflip.require_text('queue', p_queue, 63, false);
  return query
  select l.pool, l.queue, l.document
  from jobflip_data.learned l join jobflip_data.queue q on q.pool = l.pool and q.name = l.queue
  where p_pool = '' and p_queue = '' or l.pool = p_pool and l.queue = p_queue
  order by l.pool, l.queue;
end
$$;
