-- require_login: fails if the caller is not the login that the node is bound to. The node that a
-- caller names proves nothing; session_user does, even in a security definer function.
create function jobflip.require_login(p_node text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_login text;
begin
  select login into v_login from jobflip_data.node where name = p_node;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no node "%s"', left(p_node, 100)),
      hint = 'add it to the pool file and run `jobflip apply`';
  end if;
  if v_login <> session_user then
    raise exception using errcode = '42501',
      message = format('login "%s" may not act for node "%s"', session_user, p_node),
      hint = format('node "%s" is bound to login "%s"', p_node, v_login);
  end if;
end
$$;
