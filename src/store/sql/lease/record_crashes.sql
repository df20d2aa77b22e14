-- record_crashes: records an event for each crash loop that began or ended by the reports of a
-- beat. Returns true if all of them are recorded. If anything blocks that, nothing is done and the
-- next beat reports them again: a beat must neither wait nor fail because of this. Records at most
-- once a minute per node, whatever its agent reports.
create function jobflip.record_crashes(
  p_node text, p_pools text[], p_old text[], p_new text[], p_recorded_at timestamptz)
returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v record;
begin
  if p_recorded_at > clock_timestamp() - interval '1 minute' then
    return false;
  end if;
  for v in
    select coalesce(n.pool, o.pool) as pool, n.ends, coalesce(n.reason, o.reason) as reason,
           o.ends as ends_before
    from jobflip.crash_reports(p_new) n
    full join jobflip.crash_reports(p_old) o on o.pool = n.pool
    where (n.pool is null) <> (o.pool is null) and coalesce(n.pool, o.pool) = any (p_pools)
    order by 1
  loop
    perform from jobflip_data.pool where name = v.pool for update skip locked;
    if not found then
      raise exception 'the pool is locked';
    end if;
    perform jobflip.audit_append(v.pool,
      case when v.ends is null then 'crash_loop_over' else 'crash_loop' end, p_node, null, null,
      'node ' || p_node,
      case when v.ends is null
           then format('the crash loop on %s is over, after %s ends', p_node, v.ends_before)
           else format('the workers on %s ended by themselves %s times, most recently: %s', p_node,
                       v.ends, v.reason) end,
      jsonb_build_object('ends', coalesce(v.ends, v.ends_before))::text);
  end loop;
  return true;
exception when others then
  return false;
end
$$;
