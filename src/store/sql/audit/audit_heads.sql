-- audit_heads: the head of every chain. A chain with events but without a head is listed too, with
-- seq 0 and a hash of zeros: removing the head must not hide the chain from `audit verify`. The
-- cost is one index step per chain, regardless of the number of events.
create function jobflip.audit_heads() returns table (chain text, seq bigint, hash text)
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with recursive known as (
    (select e.chain from jobflip_data.audit_event e order by e.chain limit 1)
    union all
    select (select e.chain from jobflip_data.audit_event e where e.chain > k.chain
            order by e.chain limit 1)
    from known k where k.chain is not null
  )
  select c.chain, coalesce(h.seq, 0), coalesce(encode(h.hash, 'hex'), repeat('00', 32))
  from (select k.chain from known k where k.chain is not null
        union select a.chain from jobflip_data.audit_head a) c
  left join jobflip_data.audit_head h on h.chain = c.chain
  order by c.chain
$$;
