-- publish: stores the leading supervisor's verdicts on a pool's queues. Not audited: a verdict
-- alone changes nothing, and the evidence of a flip or a hold contains the verdicts behind it.
create function jobflip.publish(
  p_supervisor text, p_epoch bigint, p_pool text, p_queues text[], p_verdicts text[],
  p_reasons text[], p_samples text[]) returns boolean
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
  return true;
end
$$;
