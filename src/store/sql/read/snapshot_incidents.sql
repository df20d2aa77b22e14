-- snapshot_incidents: the open incident of each pool.
create function jobflip.snapshot_incidents()
returns table (
  pool text, incident bigint, class text, cause text, age_ms bigint, has_onset boolean)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select i.pool, i.id, i.class, i.cause, jobflip.age_ms(i.opened_at),
         exists (select from jobflip_data.incident_stage s
                 where s.incident = i.id and s.stage = 'onset')
  from jobflip_data.incident i
  join jobflip_data.pool p on p.name = i.pool and p.kind = 'workers'
  where i.closed_at is null
  order by i.pool
$$;
