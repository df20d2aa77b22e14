-- history: flips, takes without a flip, holds and refusals, newest first. Each part is limited to
-- p_limit by its index before any payload is read: there may be many, and they may be long.
create function jobflip.history(p_pool text, p_limit integer)
returns table (
  at bigint, pool text, kind text, flip bigint, from_node text, to_node text, outcome text,
  to_active_ms bigint, to_end_ms bigint, actor text, reason text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_limit constant integer := least(greatest(p_limit, 0), 10000);
begin
  perform jobflip.require_given('pool limit', array[p_pool, p_limit::text]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  return query
  with flips as materialized (
    select f.* from jobflip_data.flip f
    where p_pool = '' or f.pool = p_pool order by f.requested_at desc limit v_limit
  ), events as materialized (
    select e.at, e.chain, e.kind, e.node, e.login, e.actor, e.reason, e.payload
    from jobflip_data.audit_event e
    where (e.kind in ('takeover', 'hold', 'flip_refused')
           or e.kind = 'lease_taken' and e.flip is null)
      and (p_pool = '' or e.chain = p_pool)
      and e.chain <> 'jobflip.supervisor'
    order by e.at desc limit v_limit
  ), entries as materialized (
    select f.requested_at as at, f.pool, 'flip' as kind, f.id as flip, f.from_node, f.to_node,
           f.state as outcome, f.started_at, f.ended_at, f.actor, f.reason, null as payload
    from flips f
    union all
    select e.at, e.chain,
           case e.kind when 'flip_refused' then 'refused' when 'lease_taken' then 'take'
             else e.kind end, null,
           null, case when e.kind <> 'hold' then e.node end, null, null, null,
           coalesce(e.actor, e.login), e.reason, e.payload
    from events e
    order by 1 desc, 4 desc limit v_limit
  )
  select jobflip.micros(n.at), coalesce(j.event ->> 'pool', n.pool), n.kind, n.flip,
         coalesce(n.from_node, j.event ->> 'from', ''), coalesce(n.to_node, ''),
         coalesce(n.outcome, j.event ->> 'rule', 'taken'),
         (extract(epoch from n.started_at - n.requested_at) * 1000)::bigint,
         (extract(epoch from n.ended_at - n.requested_at) * 1000)::bigint, n.actor, n.reason
  from (select r.*, r.at as requested_at from entries r) n
  cross join lateral (select n.payload::jsonb as event) j
  order by n.at desc, n.flip desc;
end
$$;
