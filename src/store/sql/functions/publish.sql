-- publish: what the leading supervisor says of a pool's queues. Not audited: a verdict changes
-- nothing by itself, and those that lead to a flip or a hold are in its evidence.
create function jobflip.publish(
  p_supervisor text, p_epoch bigint, p_pool text, p_queues text[], p_verdicts text[],
  p_reasons text[], p_samples text[]) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_read_committed();
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  if cardinality(p_queues) > 1000 then
    raise exception using errcode = 'JF005', message = 'a report has more than 1000 queues';
  end if;
  insert into jobflip.queue_verdict as v
    (pool, queue, verdict, reason, verdict_since, published_at, sample)
  select p_pool, n.queue, n.verdict, left(n.reason, 2000), clock_timestamp(), clock_timestamp(),
         left(n.sample, 4000)
  from unnest(p_queues, p_verdicts, p_reasons, p_samples) n (queue, verdict, reason, sample)
  join jobflip.queue q on q.pool = p_pool and q.name = n.queue
  order by n.queue
  on conflict (pool, queue) do update
    set verdict = excluded.verdict, reason = excluded.reason, published_at = excluded.published_at,
        sample = excluded.sample,
        verdict_since = case when v.verdict = excluded.verdict then v.verdict_since
                             else excluded.verdict_since end;
  return true;
end
$$;
