-- is_copy: whether this database is a copy: neither the one in which the schema was created, nor
-- one that an operator accepted in its place. The holders in a copy may still run their workers
-- under the original store. A promoted standby is not a copy.
create function jobflip.is_copy(p_system text) returns boolean
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (select h.system is distinct from p_system from jobflip_data.home h);
end
$$;
