-- is_member: may this role do what the group may, by itself or after SET ROLE? From PostgreSQL 16
-- on 'member' is also who may only grant the group to others, as whoever created it may.
create function jobflip.is_member(p_role oid, p_group name) returns boolean
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if current_setting('server_version_num')::integer < 160000 then
    return pg_has_role(p_role, p_group, 'member');
  end if;
  return pg_has_role(p_role, p_group, 'set') or pg_has_role(p_role, p_group, 'usage');
end
$$;
