-- Drops every object that is not in the set, and the copies that were made for the comparison.
do $rest$
declare
  v_name text;
begin
  for v_name in
    select o.oid::regprocedure::text from pg_proc o
    where o.pronamespace = 'jobflip'::regnamespace
      and not exists (select from pg_proc n where n.pronamespace = 'jobflip_data'::regnamespace
                      and n.proname = o.proname and n.proargtypes = o.proargtypes)
    union all
    select n.oid::regprocedure::text from pg_proc n
    where n.pronamespace = 'jobflip_data'::regnamespace
  loop
    execute format('drop routine %s', v_name);
  end loop;
end
$rest$;
