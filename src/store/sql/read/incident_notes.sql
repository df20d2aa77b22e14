-- incident_notes: the notes on an incident, the oldest first.
create function jobflip.incident_notes(p_incident bigint)
returns table (at bigint, actor text, login text, note text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.micros(n.at), n.actor, n.login, n.text
  from jobflip_data.incident_note n where n.incident = p_incident order by n.at, n.seq
$$;
