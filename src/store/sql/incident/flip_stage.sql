-- flip_stage: the incident of a flip reached the stage that the flip's new state means.
create function jobflip.flip_stage(p_flip bigint, p_state text, p_at timestamptz) returns void
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.reach_stage(f.incident, s.stage, p_flip, p_at)
  from jobflip_data.incident_flip f
  join (values ('released', 'stopped'), ('expired', 'stopped'), ('taken', 'granted'),
               ('started', 'started')) s (state, stage)
    on s.state = p_state
  where f.flip = p_flip
$$;
