-- flip_incident: the class and the cause of an incident for a flip alone.
create function jobflip.flip_incident(f jobflip_data.flip, out class text, out cause text)
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select case when f.takeover then 'node' when f.stalled then 'queued'
              when exists (select from jobflip_data.deployment d where d.flip_back = f.id)
                then 'deployment'
              else 'other' end,
         case when f.takeover then 'node_loss' else 'flip' end
$$;
