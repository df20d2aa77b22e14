-- write_samples: the readings of one call as rows of jobflip_data.sample. Its callers have checked
-- the arguments. A row has readings of one UTC day, because the day of its first one is its
-- partition.
create function jobflip.write_samples(
  p_now timestamptz, p_pools text[], p_queues text[], p_ages_ms bigint[], p_took_ms bigint[],
  p_verdicts text[], p_documents text[], p_errors text[]) returns void
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with reading as (
    select q.pool, q.name as queue, n.age, n.took, n.verdict, n.document, n.error,
           ((p_now - n.age * interval '1 ms') at time zone 'UTC')::date as day
    from unnest(p_pools, p_queues, p_ages_ms, p_took_ms, p_verdicts, p_documents, p_errors)
      n (pool, queue, age, took, verdict, document, error)
    join jobflip_data.queue q on q.pool = n.pool and q.name = n.queue
  ), numbered as (
    select r.*, (row_number() over (partition by pool, queue, day order by age desc) - 1) / 60
                  as part
    from reading r
  ), placed as (
    select n.*, max(age) over (partition by pool, queue, day, part) as first_age from numbered n
  )
  insert into jobflip_data.sample (pool, queue, first_at, last_at, after_ms, took_ms, verdict,
                                   document, error)
  select pool, queue, p_now - max(age) * interval '1 ms', p_now - min(age) * interval '1 ms',
         array_agg((first_age - age)::integer order by age desc),
         array_agg(took::integer order by age desc), array_agg(verdict order by age desc),
         array_agg(document order by age desc),
         case when bool_or(error <> '') then array_agg(error order by age desc) end
  from placed
  group by pool, queue, day, part
$$;
