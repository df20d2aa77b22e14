-- The set replaces all functions, views and triggers of jobflip in the transaction of `migrate`.
-- Each function and view is first created in jobflip_data, which no session uses, and compared with
-- the installed one. An equal object is not replaced: that needs no lock, and no session has to
-- plan again. So a beat waits for the view, or a take for a trigger, only if that object changed.
--
-- First of all, only PostgreSQL's own operators count: whoever may create objects in `public` could
-- plant one that fits a comparison better, and a superuser runs this.
set local search_path = pg_catalog, pg_temp;
do $owner$
declare
  v_name text;
begin
  -- an object that another role created by hand gets its owner back
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
set local check_function_bodies = off;  -- a function may call one that is created later
