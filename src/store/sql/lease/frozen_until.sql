-- frozen_until: until when no node may take the pool, after the store lost history; in a copy of
-- the store, for ever.
create function jobflip.frozen_until(p_pool jobflip_data.pool, p_seen_at timestamptz)
  returns timestamptz
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if jobflip.is_copy((select system_identifier from jobflip_data.incarnation)) then
    return 'infinity';
  end if;
  return p_seen_at + interval '1 ms' * case
    when clock_timestamp() < p_pool.timings_changed_at + p_pool.previous_freeze_ms * interval '1 ms'
      then greatest(p_pool.freeze_ms, p_pool.previous_freeze_ms)
    else p_pool.freeze_ms end;
end
$$;
