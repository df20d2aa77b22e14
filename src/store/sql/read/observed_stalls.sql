-- observed_stalls: of each pool in mode observe, how often a flip was wanted in the last 7 days and
-- not made because of that mode, how many of these stalls a person flipped, and whether the last
-- one is among these. A stall lasts at most until the next one. If the evidence of the flip shows
-- that its stall began later, that is another stall; a verdict may be 5 minutes older than the flip
-- says, since people think before they confirm. The newest 10,000 holds are read.
create function jobflip.observed_stalls()
returns table (pool text, wanted bigint, flipped bigint, last_is_flipped boolean)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with events as materialized (
    select e.chain, e.at, e.payload from jobflip_data.audit_event e
    join jobflip_data.pool p on p.name = e.chain and p.kind = 'workers' and p.mode = 'observe'
    where (e.kind in ('takeover', 'hold', 'flip_refused')
           or e.kind = 'lease_taken' and e.flip is null)
      and e.kind = 'hold' and e.at > (select clock_timestamp() - interval '7 days')
    order by e.at desc limit 10000
  ), held as (
    select e.chain, e.at, lead(e.at) over (partition by e.chain order by e.at) as next_at
    from events e where e.payload::jsonb ->> 'rule' = 'observe'
  ), seen as (
    select h.chain, h.at, exists (
      select from jobflip_data.flip f
      where f.pool = h.chain and not f.automatic and f.stalled and f.requested_at >= h.at
        and f.requested_at < coalesce(h.next_at, 'infinity')
        and case when f.evidence = '' then true else coalesce((
          select max((q.one ->> 'verdict_age_ms')::numeric)
                   >= extract(epoch from f.requested_at - h.at) * 1000 - 300000
          from jsonb_path_query(f.evidence::jsonb, 'lax $.queues[*]') q (one)
          where q.one ->> 'verdict' in ('STALLED', 'HELD')
            and jsonb_typeof(q.one -> 'verdict_age_ms') = 'number'), true) end) as is_flipped
    from held h
  )
  select s.chain, count(*), count(*) filter (where s.is_flipped),
         (array_agg(s.is_flipped order by s.at desc))[1]
  from seen s group by s.chain order by s.chain
$$;
