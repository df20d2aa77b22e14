-- incident_stages: the stages that an incident reached, by time.
create function jobflip.incident_stages(p_incident bigint)
returns table (stage text, flip bigint, at bigint, queue text, waiting bigint, oldest_ms bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select s.stage, nullif(s.flip, 0), jobflip.micros(s.at), s.queue, s.waiting, s.oldest_ms
  from jobflip_data.incident_stage s where s.incident = p_incident
  order by s.at, s.flip,
    array_position(array['onset', 'detected', 'decided', 'stopped', 'granted', 'started',
                         'first_job', 'recovered'], s.stage)
$$;
