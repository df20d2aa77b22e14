-- history: find_history without a filter, for programs of 0.1.0 and for SQL by hand.
create function jobflip.history(p_pool text, p_limit integer)
returns table (
  at bigint, pool text, kind text, flip bigint, from_node text, to_node text, outcome text,
  to_active_ms bigint, to_end_ms bigint, actor text, reason text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return query
  select h.at, h.pool, h.kind, h.flip, h.from_node, h.to_node, h.outcome, h.to_active_ms,
         h.to_end_ms, h.actor, h.reason
  from jobflip.find_history(p_pool, null, null, null, null, null, null, p_limit) h;
end
$$;
