-- takeover_after: for how long a lease of the pool must not have changed before a take. After the
-- timings were shortened, the longer value counts until the lease of a holder that has not received
-- the new ones has run out.
create function jobflip.takeover_after(p_pool jobflip_data.pool) returns bigint
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return case
    when clock_timestamp() < p_pool.timings_changed_at
                             + p_pool.previous_takeover_after_ms * interval '1 ms'
      then greatest(p_pool.takeover_after_ms, p_pool.previous_takeover_after_ms)
    else p_pool.takeover_after_ms end;
end
$$;
