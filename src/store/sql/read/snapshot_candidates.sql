-- snapshot_candidates: the candidates of each pool, and the ages of their beats.
create function jobflip.snapshot_candidates()
returns table (
  pool text, node text, priority integer, beat_age_ms bigint, ready boolean, not_ready_reason text,
  drained boolean, drain_reason text, program text,
  crashes bigint, crash_reason text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select c.pool, c.node, c.priority,
         jobflip.age_ms(b.beat_at),
         c.pool = any (b.ready),
         case when c.pool = any (b.ready) then '' else b.not_ready_reason end, b.drained,
         n.drain_reason, b.program, coalesce(k.ends, 0), coalesce(k.reason, '')
  from jobflip_data.pool_candidate c
  join jobflip_data.node n on n.name = c.node
  join jobflip_data.node_beat b on b.node = c.node
  left join lateral jobflip.crash_reports(b.crashing) k on k.pool = c.pool
  order by c.pool, c.priority, c.node
$$;
