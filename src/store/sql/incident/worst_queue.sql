-- worst_queue: of the pool's queues as they were last published, the one with the oldest due job;
-- no row if no reading is known. It never fails: the figures are taken from the sample's text,
-- which a login may have written.
create function jobflip.worst_queue(p_pool text)
returns table (queue text, waiting bigint, oldest_ms bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select v.queue,
         substring(v.sample from '"runnable":([0-9]{1,15})[,}]')::bigint as waiting,
         -- not above what programs accept as an age; least() alone would take no age for the limit
         case when a.oldest_ms is not null then least(a.oldest_ms, 3162240000000) end as oldest_ms
  from jobflip_data.queue_verdict v
  cross join lateral (
    select substring(v.sample from '"oldest_runnable_ms":([0-9]{1,15})[,}]')::bigint as oldest_ms) a
  where v.pool = p_pool and v.sample is not null
  order by 3 desc nulls last, 2 desc nulls last, 1 limit 1
$$;
