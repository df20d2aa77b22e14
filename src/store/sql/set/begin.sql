-- The set replaces all functions, views and triggers of jobflip in the transaction of `migrate`.
-- Each function and view is made in jobflip_data first, where nobody looks, and compared with the
-- one in force. What is equal is left alone: it costs no lock, and no session plans anew. So a beat
-- waits for the view, or a take for a trigger, only if that very object changed.
do $owner$
declare
  v_name text;
begin
  -- what somebody mended by hand as another role is the owner's again
  for v_name in select p.oid::regprocedure::text from pg_catalog.pg_proc p
                where p.pronamespace = 'jobflip'::regnamespace
                  and p.proowner <> 'jobflip_owner'::regrole loop
    execute format('alter routine %s owner to jobflip_owner', v_name);
  end loop;
  for v_name in select c.oid::regclass::text from pg_catalog.pg_class c
                where c.relnamespace = 'jobflip'::regnamespace and c.relkind = 'v'
                  and c.relowner <> 'jobflip_owner'::regrole loop
    execute format('alter view %s owner to jobflip_owner', v_name);
  end loop;
end
$owner$;
set local role jobflip_owner;
set local search_path = pg_catalog, pg_temp;
set local check_function_bodies = off;  -- a function may name one that is made later
