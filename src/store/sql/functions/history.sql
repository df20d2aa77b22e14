-- history: flips, takeovers of a silent holder, holds and refusals, newest first.
create function jobflip.history(p_pool text, p_limit integer)
returns table (
  at bigint, pool text, kind text, flip bigint, from_node text, to_node text, outcome text,
  to_active_ms bigint, to_end_ms bigint, actor text, reason text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.micros(h.at), h.pool, h.kind, h.flip, coalesce(h.from_node, ''),
         coalesce(h.to_node, ''), h.outcome, h.to_active_ms, h.to_end_ms, h.actor, h.reason
  from (
    select f.requested_at as at, f.pool, 'flip' as kind, f.id as flip, f.from_node, f.to_node,
           f.state as outcome,
           (extract(epoch from f.started_at - f.requested_at) * 1000)::bigint as to_active_ms,
           (extract(epoch from f.ended_at - f.requested_at) * 1000)::bigint as to_end_ms,
           f.actor, f.reason
    from jobflip.flip f where p_pool = '' or f.pool = p_pool
    union all
    select e.at, e.chain,
           case e.kind when 'flip_refused' then 'refused' else e.kind end, null,
           e.payload::jsonb ->> 'from', case when e.kind <> 'hold' then e.node end,
           coalesce(e.payload::jsonb ->> 'rule', 'taken'), null, null, coalesce(e.actor, e.login),
           e.reason
    from jobflip.audit_event e
    where e.kind in ('takeover', 'hold', 'flip_refused') and (p_pool = '' or e.chain = p_pool)
      and e.chain <> 'jobflip.supervisor'
  ) h
  order by h.at desc, h.flip desc
  limit least(greatest(p_limit, 0), 100000)
$$;
