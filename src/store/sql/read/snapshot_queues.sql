-- snapshot_queues: the last published verdict of each queue.
create function jobflip.snapshot_queues()
returns table (pool text, queue text, verdict text, reason text, verdict_age_ms bigint,
               sample_age_ms bigint, sample text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select v.pool, v.queue, v.verdict, v.reason,
         jobflip.age_ms(v.verdict_since), jobflip.age_ms(v.published_at),
         v.sample
  from jobflip_data.queue_verdict v
  join jobflip_data.queue q on q.pool = v.pool and q.name = v.queue
  order by v.pool, q.place, v.queue
$$;
