-- audit_list: events as they are stored, with hashes in hex, for programs of 0.1.0 and for SQL by
-- hand: find_events without a filter.
create function jobflip.audit_list(
  p_chain text, p_after bigint, p_limit bigint, p_newest_first boolean)
returns table (
  chain text, seq bigint, at bigint, kind text, node text, flip bigint, epoch bigint, login text,
  actor text, reason text, payload text, previous_hash text, hash text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return query
  select * from jobflip.find_events(p_chain, p_after, null, null, null, null, null, null, p_limit,
                                    p_newest_first);
end
$$;
