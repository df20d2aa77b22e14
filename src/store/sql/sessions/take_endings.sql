-- take_endings: the sessions that were ended for this pool (null: for a beat) and that no event
-- names yet: those of this transaction, and those of a transaction that was rolled back after it
-- had ended them. The caller writes the event that names them. A session that ended by itself is
-- among them.
create function jobflip.take_endings(p_pool text) returns text[]
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_who text[];
begin
  perform pg_stat_clear_snapshot();
  with open as materialized (
    select e.ctid from jobflip_data.session_ending e
    where not e.recorded and e.pool is not distinct from p_pool
      and e.announced_in <> pg_current_xact_id()
      and (e.ended or not exists (
             select from pg_stat_activity a
             where a.pid = e.pid and a.backend_start = e.backend_start))
    for update skip locked
  ), named as (
    update jobflip_data.session_ending e set recorded = true from open where e.ctid = open.ctid
    returning e.who
  )
  select coalesce(array_agg(n.who), '{}') into v_who from named n;
  return v_who;
end
$$;
