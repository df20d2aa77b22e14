-- snapshot_store: the store's clock, the budget, whether the store is a copy, and what showed
-- within the last day that it was set back.
create function jobflip.snapshot_store()
returns table (store_time bigint, flips integer, window_ms bigint, used bigint, copied boolean,
               set_back text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.micros(clock_timestamp()), b.flips, b.window_ms,
         jobflip.budget_used(),
         jobflip.is_copy(jobflip.system_of_store()),
         coalesce((select m.set_back from jobflip_data.incarnation m
                   where m.seen_at > clock_timestamp() - interval '24 hours'), '')
  from jobflip_data.budget b
$$;
