-- budget_used: the automatic flips of all pools within the budget's window. A restart counts while
-- it is in progress, and if it was a cure. One that did not cure is followed by a flip, which
-- counts. The beginning of the window is a variable, and the plan is made for it: compared with
-- clock_timestamp() itself, which is volatile, no index helps, and every call reads all flips.
create function jobflip.budget_used() returns bigint
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since timestamptz;
begin
  select clock_timestamp() - b.window_ms * interval '1 ms' into v_since from jobflip_data.budget b;
  return (
    select count(*) from jobflip_data.flip f
    where f.automatic and f.requested_at > v_since
      and (not coalesce(f.from_node = f.to_node, false) or f.ended_at is null
           or f.state = 'verified'));
end
$$;
