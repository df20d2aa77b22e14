-- is_member: does this role have the rights of the group, directly or after SET ROLE? Since
-- PostgreSQL 16, 'member' also includes a role that may only grant the group, such as its creator.
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
