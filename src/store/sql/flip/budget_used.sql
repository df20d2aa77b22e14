-- budget_used: the automatic flips of all pools within the budget's window. A restart counts while
-- it is in progress, and if it was a cure. One that did not cure is followed by a flip, which
-- counts.
create function jobflip.budget_used() returns bigint
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select count(*)
  from jobflip_data.budget b
  join jobflip_data.flip f
    on f.automatic and f.requested_at > clock_timestamp() - b.window_ms * interval '1 ms'
  where not coalesce(f.from_node = f.to_node, false) or f.ended_at is null or f.state = 'verified'
$$;
