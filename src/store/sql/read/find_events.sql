-- find_events: events of the audit log, as audit_list has them: those of one chain sorted by seq,
-- those of all chains by time. An argument that is null (a chain that is empty) excludes nothing;
-- p_actor is the claimed name or the login. The limit counts events that fit. Planned for its
-- arguments each time, since it depends on them which index is the right one: by chain, time, kind,
-- node or flip. There is no index for p_actor: a rare name without a time range reads the whole
-- log.
create function jobflip.find_events(
  p_chain text, p_after bigint, p_since bigint, p_until bigint, p_node text, p_actor text,
  p_kind text, p_flip bigint, p_limit bigint, p_newest_first boolean)
returns table (
  chain text, seq bigint, at bigint, kind text, node text, flip bigint, epoch bigint, login text,
  actor text, reason text, payload text, previous_hash text, hash text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
begin
  perform jobflip.require_text('chain', p_chain, 63, false);
  perform jobflip.require_text('node', p_node, 63, false);
  perform jobflip.require_text('actor', p_actor, 200, false);
  perform jobflip.require_text('kind', p_kind, 63, false);
  return query
  select e.chain, e.seq, jobflip.micros(e.at), e.kind, e.node, e.flip, e.epoch, e.login, e.actor,
         e.reason, e.payload, encode(e.previous_hash, 'hex'), encode(e.hash, 'hex')
  from jobflip_data.audit_event e
  where (p_chain = '' or e.chain = p_chain and e.seq > p_after)
    and (v_since is null or e.at >= v_since) and (v_until is null or e.at < v_until)
    and (p_node is null or e.node = p_node)
    and (p_actor is null or p_actor in (e.actor, e.login))
    and (p_kind is null or e.kind = p_kind)
    and (p_flip is null or e.flip = p_flip)
  order by case when p_chain = '' and p_newest_first then e.at end desc,
           case when p_chain = '' and not p_newest_first then e.at end,
           case when p_newest_first then e.seq end desc, e.seq, e.chain
  limit least(greatest(p_limit, 0), 10000);
end
$$;
