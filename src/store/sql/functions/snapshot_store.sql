-- snapshot_store: the store's clock, the budget, and whether it is a copy.
create function jobflip.snapshot_store()
returns table (store_time bigint, flips integer, window_ms bigint, used bigint, copied boolean)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.micros(clock_timestamp()), b.flips, b.window_ms,
         (select count(*) from jobflip.flip f
          where f.automatic and f.requested_at > clock_timestamp() - b.window_ms * interval '1 ms'),
         jobflip.is_copy(jobflip.system_of_store())
  from jobflip.budget b
$$;
