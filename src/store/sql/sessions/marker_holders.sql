-- marker_holders: the sessions that are stuck with the marker or its event. The first call after a
-- start of the server, after lost history or with a claim has to write both. If its session never
-- commits, the beats and takes of all nodes wait for it. A missing marker has no row that shows the
-- session, so every session that has written to its table counts.
create function jobflip.marker_holders() returns table (pid integer, who text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform from jobflip_data.incarnation where life = pg_postmaster_start_time()
  for update skip locked;
  if not found then
    return query
    select s.pid, s.who
    from jobflip.stuck_sessions(array['jobflip_data.incarnation'::regclass], 500) s;
  end if;
  perform from jobflip_data.audit_head where chain = 'jobflip' for update skip locked;
  if not found then
    return query
    select h.pid, h.who
    from jobflip.stuck_holders('jobflip_data.audit_head', (
      select a.xmax from jobflip_data.audit_head a where a.chain = 'jobflip')) h
    where h.pid not in (
      select s.pid
      from jobflip.stuck_sessions(array['jobflip_data.incarnation'::regclass], 500) s);
  end if;
end
$$;
