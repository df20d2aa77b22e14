-- is_copy: this database is not the one that the schema was created in, or that a person accepted
-- in its place. Its holders hold somewhere else, and perhaps still do. A promoted standby is no
-- copy.
create function jobflip.is_copy(p_system text) returns boolean
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (select h.system is distinct from p_system from jobflip_data.home h);
end
$$;
