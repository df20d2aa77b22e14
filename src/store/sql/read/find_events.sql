-- find_events: events of the audit log, as audit_list has them: those of one chain sorted by seq,
-- those of all chains by time. An argument that is null (a chain that is empty) excludes nothing;
-- p_actor is the claimed name or the login. The limit counts events that fit.
--
-- The statement has only the conditions that were asked for, and is planned for their values: it
-- depends on them which index is the right one. A name is looked for as the claimed one and as a
-- login, each by an index of its own that has the order, too. random_page_cost: as in find_history.
create function jobflip.find_events(
  p_chain text, p_after bigint, p_since bigint, p_until bigint, p_node text, p_actor text,
  p_kind text, p_flip bigint, p_limit bigint, p_newest_first boolean)
returns table (
  chain text, seq bigint, at bigint, kind text, node text, flip bigint, epoch bigint, login text,
  actor text, reason text, payload text, previous_hash text, hash text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set random_page_cost = 1.1
as $$
declare
  v_fits text;
  v_who text;
  v_order text;
  v_parts text := '';
begin
  perform jobflip.require_text('chain', p_chain, 63, false);
  perform jobflip.require_text('node', p_node, 63, false);
  perform jobflip.require_text('actor', p_actor, 200, false);
  perform jobflip.require_text('kind', p_kind, 63, false);
  v_fits := concat_ws(' and ', 'true',
    case when p_chain = '' then null else 'e.chain = $1 and e.seq > $2' end,
    case when p_since is not null then 'e.at >= $3' end,
    case when p_until is not null then 'e.at < $4' end,
    case when p_node is not null then 'e.node = $5' end,
    case when p_kind is not null then 'e.kind = $7' end,
    case when p_flip is not null then 'e.flip = $8' end);
  v_order := case when p_chain = '' and p_newest_first then 'e.at desc, e.seq desc, e.chain'
                  when p_chain = '' then 'e.at, e.seq, e.chain'
                  when p_newest_first then 'e.seq desc'
                  else 'e.seq' end;
  foreach v_who in array case when p_actor is null then array['true'] else array[
      'e.actor = $6', 'e.login = $6 and e.actor is distinct from $6'] end loop
    v_parts := concat_ws(' union all ', nullif(v_parts, ''), format(
      '(select e.* from jobflip_data.audit_event e where %s and %s order by %s limit $9)',
      v_fits, v_who, v_order));
  end loop;
  return query execute format(
    'select e.chain, e.seq, jobflip.micros(e.at), e.kind, e.node, e.flip, e.epoch, e.login, e.actor,
            e.reason, e.payload, encode(e.previous_hash, ''hex''), encode(e.hash, ''hex'')
     from (%s) e order by %s limit $9', v_parts, v_order)
    using p_chain, p_after, jobflip.time_of(p_since), jobflip.time_of(p_until), p_node, p_actor,
          p_kind, p_flip, least(greatest(p_limit, 0), 10000);
end
$$;
