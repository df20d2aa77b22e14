-- system_of_store: which database of which cluster this is; no two that are alive have the same.
-- PL/pgSQL, as whatever a take asks: a function in SQL would be planned anew with every call.
create function jobflip.system_of_store() returns text
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return (select c.system_identifier::text || '/' || d.oid::text
          from pg_control_system() c, pg_database d where d.datname = current_database());
end
$$;
