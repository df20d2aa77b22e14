-- lock_filling_functions: the functions of pg_catalog that PUBLIC may still call and that hold a
-- lock until the transaction ends: one for each call, or one for the transaction number of each
-- savepoint. Enough of these locks fill the lock table, which all databases of a cluster share.
-- Large objects and messages fill the disk, too. jobflip needs none of these functions. lo_open is
-- not among them: it needs a large object, and without the others no login can create one.
create function jobflip.lock_filling_functions() returns setof regprocedure
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select p.oid::regprocedure from pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace
    and (p.proname ~ '^pg_(try_)?advisory_.*lock' and p.proname !~ 'unlock'
         or p.proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_export',
                          'lo_put', 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite',
                          'pg_logical_emit_message'))
    and has_function_privilege('public', p.oid, 'execute')
$$;
