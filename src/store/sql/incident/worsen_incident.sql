-- worsen_incident: keeps the worst figures of a pool's open incident. Called with every report of
-- the pool's verdicts, so it writes only if a figure is worse.
create function jobflip.worsen_incident(p_pool text) returns void
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  update jobflip_data.incident i
  set most_waiting = greatest(i.most_waiting, w.waiting),
      longest_wait_ms = greatest(i.longest_wait_ms, w.oldest_ms)
  from jobflip.worst_queue(p_pool) w
  where i.pool = p_pool and i.closed_at is null
    and (w.waiting > coalesce(i.most_waiting, -1) or w.oldest_ms > coalesce(i.longest_wait_ms, -1))
$$;
