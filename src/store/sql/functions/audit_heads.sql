-- audit_heads: the end of every chain.
create function jobflip.audit_heads() returns table (chain text, seq bigint, hash text)
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select h.chain, h.seq, encode(h.hash, 'hex') from jobflip.audit_head h order by h.chain
$$;
