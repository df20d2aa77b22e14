-- takeover_after: how long a lease of the pool must have stood still. After the timings were made
-- shorter, the longer one counts until a holder that has not heard of it yet is out of its lease.
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
