-- claimed_head: a sentence about the first audit head that a supervisor claims to have read
-- (p_seen: 'chain#seq#hash') and that this store does not have; null if it has all of them. The
-- cost is two index steps per claim, for at most 100 claims (core::kMostHeads).
create function jobflip.claimed_head(p_node text, p_seen text[]) returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select case when s.seq > coalesce(h.seq, 0)
    then format('node %s claims event %s of the audit chain %s; the store has %s', p_node,
                s.seq, s.chain, coalesce(h.seq, 0))
    else format('node %s claims that event %s of the audit chain %s has the hash %s; in the store '
                'it is '
                '%s', p_node, s.seq, s.chain, s.hash, encode(a.hash, 'hex')) end
  from (select split_part(e, '#', 1) as chain, split_part(e, '#', 2)::bigint as seq,
               split_part(e, '#', 3) as hash
        from unnest(p_seen) e where e like '%#%' limit 100) s
  left join jobflip_data.audit_head h on h.chain = s.chain
  left join jobflip_data.audit_event a on a.chain = s.chain and a.seq = s.seq
  where s.seq > coalesce(h.seq, 0) or encode(a.hash, 'hex') <> s.hash
  order by s.chain limit 1
$$;
