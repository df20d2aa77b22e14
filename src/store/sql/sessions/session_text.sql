-- session_text: the name of a session in messages and in the audit log.
create function jobflip.session_text(p_pid integer, p_login name, p_application text) returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select format('pid %s login %s application %s', p_pid, p_login, left(p_application, 64))
$$;
