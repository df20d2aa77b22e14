-- flip_incident: the class and the cause of the incident that is opened for a flip.
create function jobflip.flip_incident(f jobflip_data.flip, out class text, out cause text)
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select case when f.takeover then 'node' when f.stalled then 'queued' else 'other' end,
         case when f.takeover then 'node_loss' else 'flip' end
$$;
