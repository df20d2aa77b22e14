-- reach_stage: notes when an incident reached a stage, and how the pool's worst queue stood then. A
-- stage is reached once for each flip of the incident; p_flip is 0 for a stage of no flip. Figures
-- are those of now, so a time of the past has none.
create function jobflip.reach_stage(
  p_incident bigint, p_stage text, p_flip bigint, p_at timestamptz) returns void
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  insert into jobflip_data.incident_stage (incident, stage, flip, at, queue, waiting, oldest_ms)
  select i.id, p_stage, p_flip, p_at, coalesce(w.queue, ''), w.waiting, w.oldest_ms
  from jobflip_data.incident i
  left join jobflip.worst_queue(i.pool) w on p_at > clock_timestamp() - interval '2 seconds'
  where i.id = p_incident
  on conflict do nothing
$$;
