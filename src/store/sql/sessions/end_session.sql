-- end_session: ends a blocking session in two steps, so that none is ended without a record, even
-- if the transaction rolls back. The first call records the session; the caller must commit that. A
-- call in a later transaction ends the session. If `p_pool` is null, it blocked a beat. Each login
-- has its own records, so no call waits for an uncommitted record of another login.
create function jobflip.end_session(
  p_pid integer, p_who text, p_pool text, p_node text, out ended boolean, out announced boolean)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_start timestamptz;
begin
  ended := false;
  announced := false;
  select a.backend_start into v_start from pg_stat_activity a where a.pid = p_pid;
  if not found then
    return;
  end if;
  if exists (select from jobflip_data.session_ending e
             where e.pid = p_pid and e.backend_start = v_start and e.login = session_user
               and e.announced_in <> pg_current_xact_id()) then
    ended := pg_terminate_backend(p_pid);
    update jobflip_data.session_ending e set ended = true
    where e.pid = p_pid and e.backend_start = v_start and e.login = session_user
      and end_session.ended;
    return;
  end if;
  announced := true;
  delete from jobflip_data.session_ending e
  where e.login = session_user and e.recorded and e.at < clock_timestamp() - interval '7 days';
  insert into jobflip_data.session_ending (pid, backend_start, login, pool, node, who)
  values (p_pid, v_start, session_user, p_pool, p_node, p_who) on conflict do nothing;
end
$$;
