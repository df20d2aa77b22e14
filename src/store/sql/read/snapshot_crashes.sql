-- snapshot_crashes: in what time the workers of each crash loop ended so often, if its agent says
-- it.
create function jobflip.snapshot_crashes()
returns table (pool text, node text, within_ms bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select distinct on (c.pool, c.node) c.pool, c.node, m.part[2]::bigint
  from jobflip_data.pool_candidate c
  join jobflip_data.node_beat b on b.node = c.node
  cross join lateral unnest(b.crashing) with ordinality e (text, number)
  cross join lateral regexp_match(e.text, '^([^:]+):[1-9][0-9]{0,8}/([0-9]{1,12}):') m (part)
  where m.part[1] = c.pool
  order by c.pool, c.node, e.number
$$;
