-- Views: a view that changed is dropped and created again.
do $views$
declare
  v record;
begin
  for v in
    select coalesce(n.relname, o.relname) as name, o.oid is not null as is_there,
           n.oid is not null as is_wanted,
           pg_get_viewdef(o.oid) = pg_get_viewdef(n.oid)
             and o.reloptions is not distinct from n.reloptions
             and (select array_agg((a.attname, a.atttypid, a.atttypmod)::text order by a.attnum)
                  from pg_attribute a where a.attrelid = o.oid)
                 = (select array_agg((a.attname, a.atttypid, a.atttypmod)::text order by a.attnum)
                    from pg_attribute a where a.attrelid = n.oid) as is_same
    from (select * from pg_class c
          where c.relnamespace = 'jobflip_data'::regnamespace and c.relkind = 'v') n
    full join (select * from pg_class c
               where c.relnamespace = 'jobflip'::regnamespace and c.relkind = 'v') o
      on o.relname = n.relname
  loop
    if v.is_same then
      execute format('drop view jobflip_data.%I', v.name);
      continue;
    end if;
    if v.is_there then
      execute format('drop view jobflip.%I', v.name);
    end if;
    if v.is_wanted then
      execute format('alter view jobflip_data.%I set schema jobflip', v.name);
    end if;
  end loop;
end
$views$;
