-- publish_running: stores the leading supervisor's verdicts on a pool's queues, and which jobs run
-- in each, one a line. Not audited: a verdict alone changes nothing, and the evidence of a flip or
-- a hold contains the verdicts behind it.
create function jobflip.publish_running(
  p_supervisor text, p_epoch bigint, p_pool text, p_queues text[], p_verdicts text[],
  p_reasons text[], p_samples text[], p_running text[]) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_list('queues', p_queues, 1000, 63);
  perform jobflip.require_list('verdicts', p_verdicts, 1000, 63);
  perform jobflip.require_list('reasons', p_reasons, 1000, 8000);
  perform jobflip.require_list('samples', p_samples, 1000, 8000);
  if p_running is not null then  -- 0.1.0 does not read them
    perform jobflip.require_list('running', p_running, 1000, 4000);
  end if;
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  insert into jobflip_data.queue_verdict as v
    (pool, queue, verdict, reason, verdict_since, published_at, sample)
  select p_pool, n.queue, n.verdict, left(n.reason, 2000), clock_timestamp(), clock_timestamp(),
         case when octet_length(n.sample) <= 4000 then n.sample end
  from unnest(p_queues, p_verdicts, p_reasons, p_samples) n (queue, verdict, reason, sample)
  join jobflip_data.queue q on q.pool = p_pool and q.name = n.queue
  order by n.queue
  on conflict (pool, queue) do update
    set verdict = excluded.verdict, reason = excluded.reason, published_at = excluded.published_at,
        sample = excluded.sample,
        verdict_since = case when v.verdict = excluded.verdict then v.verdict_since
                             else excluded.verdict_since end;
  if p_running is null then
    delete from jobflip_data.queue_running where pool = p_pool;
  else
    insert into jobflip_data.queue_running as r (pool, queue, ids)
    select p_pool, n.queue, n.ids
    from unnest(p_queues, p_running) n (queue, ids)
    join jobflip_data.queue q on q.pool = p_pool and q.name = n.queue
    left join jobflip_data.queue_running k on k.pool = p_pool and k.queue = n.queue
    where n.ids <> coalesce(k.ids, '')
    order by n.queue
    on conflict (pool, queue) do update set ids = excluded.ids;
  end if;
  perform jobflip.worsen_incident(p_pool);
  return true;
end
$$;
