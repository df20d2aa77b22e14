-- find_history: flips, takeovers, takes without a flip, holds and refusals, newest first. An
-- argument that is null (a pool that is empty) excludes nothing; p_kind is a kind of the history,
-- p_node either end of a flip or a take, p_actor the claimed name or the login. Each part is
-- limited to p_limit by its index before any payload is read, since there may be many, and they may
-- be long; only for a node the payloads of takes are read, which are short and which nobody can
-- flood. Takeovers of 0.1.0 have no flip. Planned for its arguments each time.
create function jobflip.find_history(
  p_pool text, p_since bigint, p_until bigint, p_node text, p_actor text, p_kind text,
  p_flip bigint, p_limit integer)
returns table (
  at bigint, pool text, kind text, flip bigint, from_node text, to_node text, outcome text,
  to_active_ms bigint, to_end_ms bigint, actor text, reason text, login text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_limit constant integer := least(greatest(p_limit, 0), 10000);
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
  v_event constant text := case p_kind when 'refused' then 'flip_refused'
                                       when 'take' then 'lease_taken' else p_kind end;
begin
  perform jobflip.require_given('pool limit', array[p_pool, p_limit::text]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  perform jobflip.require_text('node', p_node, 63, false);
  perform jobflip.require_text('actor', p_actor, 200, false);
  perform jobflip.require_text('kind', p_kind, 63, false);
  return query
  with flips as materialized (
    select f.* from jobflip_data.flip f
    where (p_pool = '' or f.pool = p_pool)
      and (p_kind is null or p_kind = case when f.takeover then 'takeover' else 'flip' end)
      and (p_flip is null or f.id = p_flip)
      and (v_since is null or f.requested_at >= v_since)
      and (v_until is null or f.requested_at < v_until)
      and (p_node is null or p_node in (f.from_node, f.to_node))
      and (p_actor is null or p_actor in (f.actor, f.login))
    order by f.requested_at desc limit v_limit
  ), events as materialized (
    select e.at, e.chain, e.kind, e.node, e.login, e.actor, e.reason, e.payload
    from jobflip_data.audit_event e
    where (e.kind in ('takeover', 'hold', 'flip_refused')
           or e.kind = 'lease_taken' and e.flip is null)
      and (e.flip is null or e.kind <> 'takeover')
      and (p_pool = '' or e.chain = p_pool)
      and e.chain <> 'jobflip.supervisor'
      and (v_event is null or e.kind = v_event)
      and p_flip is null
      and (v_since is null or e.at >= v_since)
      and (v_until is null or e.at < v_until)
      and (p_node is null or e.node = p_node
           or e.kind in ('takeover', 'lease_taken') and e.payload::jsonb ->> 'from' = p_node)
      and (p_actor is null or p_actor in (e.actor, e.login))
    order by e.at desc limit v_limit
  ), entries as materialized (
    select f.requested_at as at, f.pool,
           case when f.takeover then 'takeover' else 'flip' end as kind, f.id as flip,
           f.from_node, f.to_node,
           f.state as outcome, f.started_at, f.ended_at, f.actor, f.reason, f.login,
           null as payload
    from flips f
    union all
    select e.at, e.chain,
           case e.kind when 'flip_refused' then 'refused' when 'lease_taken' then 'take'
             else e.kind end, null,
           null, case when e.kind <> 'hold' then e.node end, null, null, null,
           coalesce(e.actor, e.login), e.reason, e.login, e.payload
    from events e
    order by 1 desc, 4 desc limit v_limit
  )
  select jobflip.micros(n.at), coalesce(j.event ->> 'pool', n.pool), n.kind, n.flip,
         coalesce(n.from_node, j.event ->> 'from', ''), coalesce(n.to_node, ''),
         coalesce(n.outcome, j.event ->> 'rule', 'taken'),
         (extract(epoch from n.started_at - n.requested_at) * 1000)::bigint,
         (extract(epoch from n.ended_at - n.requested_at) * 1000)::bigint, n.actor, n.reason,
         n.login
  from (select r.*, r.at as requested_at from entries r) n
  cross join lateral (select n.payload::jsonb as event) j
  order by n.at desc, n.flip desc;
end
$$;
