-- system_of_store: which database of which cluster this is. No two running databases have the same.
-- Written in PL/pgSQL, as everything that a take calls: a function in SQL is planned on every call.
create function jobflip.system_of_store() returns text
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (select c.system_identifier::text || '/' || d.oid::text
          from pg_control_system() c, pg_database d where d.datname = current_database());
end
$$;
