-- forget_learned: deletes what was learned about queues of a pool that are not in the object. It
-- does not wait for a row that is just being written, since beats wait for the apply that calls it;
-- keep_learned deletes that row later.
create function jobflip.forget_learned(p_pool text, p_queues jsonb) returns void
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  delete from jobflip_data.learned l
  using (select g.pool, g.queue from jobflip_data.learned g
         where g.pool = p_pool and not p_queues ? g.queue for update skip locked) gone
  where l.pool = gone.pool and l.queue = gone.queue
$$;
