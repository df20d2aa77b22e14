-- audit_list: events as they are stored, with hashes in hex. The events of one chain are sorted by
-- seq, those of all chains by time.
create function jobflip.audit_list(
  p_chain text, p_after bigint, p_limit bigint, p_newest_first boolean)
returns table (
  chain text, seq bigint, at bigint, kind text, node text, flip bigint, epoch bigint, login text,
  actor text, reason text, payload text, previous_hash text, hash text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_text('chain', p_chain, 63, false);
  return query
  select e.chain, e.seq, jobflip.micros(e.at), e.kind, e.node, e.flip, e.epoch, e.login, e.actor,
         e.reason, e.payload, encode(e.previous_hash, 'hex'), encode(e.hash, 'hex')
  from jobflip_data.audit_event e
  where (p_chain = '' or e.chain = p_chain) and (p_chain = '' or e.seq > p_after)
  order by case when p_chain = '' and p_newest_first then e.at end desc,
           case when p_chain = '' and not p_newest_first then e.at end,
           case when p_newest_first then e.seq end desc, e.seq, e.chain
  limit least(greatest(p_limit, 0), 10000);
end
$$;
