-- Functions: creates those that are missing and replaces those that changed. A replaced function
-- keeps its oid, so sessions that call it are not disturbed. PostgreSQL can't replace a function
-- whose result or argument names changed. Such a function is dropped first, with the views and
-- triggers that depend on it; these are created again below.
do $functions$
declare
  v record;
  v_on_it record;
begin
  for v in
    select o.oid as old, o.oid::regprocedure as old_name, n.wanted,
           (o.prorettype, o.proretset, o.prokind, o.proallargtypes, o.proargmodes, o.proargnames)
             is distinct from
           (n.prorettype, n.proretset, n.prokind, n.proallargtypes, n.proargmodes, n.proargnames)
             or n.pronargdefaults < o.pronargdefaults as reshaped
    from (select p.*, 'CREATE OR REPLACE FUNCTION jobflip.'
                      || substr(pg_get_functiondef(p.oid),
                                length('CREATE OR REPLACE FUNCTION jobflip_data.') + 1) as wanted
          from pg_proc p where p.pronamespace = 'jobflip_data'::regnamespace) n
    left join pg_proc o on o.pronamespace = 'jobflip'::regnamespace and o.proname = n.proname
                       and o.proargtypes = n.proargtypes
    where o.oid is null or pg_get_functiondef(o.oid) <> n.wanted
    order by n.proname, n.oid
  loop
    if v.old is not null and v.reshaped then
      for v_on_it in select t.tgname, t.tgrelid::regclass as tab from pg_trigger t
                     where t.tgfoid = v.old and not t.tgisinternal loop
        execute format('drop trigger %I on %s', v_on_it.tgname, v_on_it.tab);
      end loop;
      for v_on_it in select distinct c.oid::regclass as view
                     from pg_depend d join pg_rewrite r on r.oid = d.objid
                     join pg_class c on c.oid = r.ev_class
                     where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_proc'::regclass
                       and d.refobjid = v.old and c.relnamespace = 'jobflip'::regnamespace loop
        execute format('drop view %s', v_on_it.view);
      end loop;
      execute format('drop routine %s', v.old_name);
    end if;
    execute v.wanted;
  end loop;
end
$functions$;
