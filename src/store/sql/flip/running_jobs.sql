-- running_jobs: the jobs that run in a pool's queues, as its supervisor published them last: of 10
-- queues, those with most jobs first. A queue whose last reading failed has null. It never fails:
-- the number is taken from the sample's text, which a login may have written. With the evidence it
-- has to fit into an event, so there are at most 16 KiB of ids.
create function jobflip.running_jobs(p_pool text) returns jsonb
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with read as (
    select q.name as queue, q.settings ->> 'preset' as preset,
           substring(v.sample from '"running":([0-9]{1,15})[,}]')::bigint as jobs,
           case when r.ids <> '' then to_jsonb(string_to_array(r.ids, chr(10))) end as ids,
           jobflip.age_ms(v.published_at) as read_ago_ms
    from jobflip_data.queue q
    join jobflip_data.queue_verdict v on v.pool = q.pool and v.queue = q.name
    left join jobflip_data.queue_running r on r.pool = q.pool and r.queue = q.name
    where q.pool = p_pool
  ), running as (
    select *, row_number() over (order by jobs desc nulls last, queue) as nth
    from read where jobs > 0 or jobs is null
  ), bounded as (
    select *, sum(octet_length(coalesce(ids, '[]')::text)) over (order by nth) as bytes from running
  )
  select jsonb_build_object(
    'jobs', coalesce(sum(jobs), 0),
    'queues', coalesce(jsonb_agg(jsonb_build_object(
        'queue', queue, 'preset', preset, 'jobs', jobs,
        'ids', case when jobs > 0 and bytes <= 16384 then coalesce(ids, '[]') else '[]' end,
        'read_ago_ms', read_ago_ms) order by nth) filter (where nth <= 10), '[]'),
    'queues_left_out', greatest(count(*) - 10, 0))
  from bounded
$$;
