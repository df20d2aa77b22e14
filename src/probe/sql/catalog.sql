-- What this login can see of a preset's tables. $1: the schema; $2: the tables' names, one a line.
-- A policy that shows every row to this login, with none that takes rows away again, hides nothing.
-- Where a table is missing, a few others of its name are said; there may be one for each tenant.
select current_user, current_database(), current_setting('timezone'), n.oid is not null,
       coalesce(has_schema_privilege(n.oid, 'usage'), false),
       t.name, coalesce(c.oid, 0),
       coalesce(row_security_active(c.oid), false) and not (
         exists (select from pg_catalog.pg_policy p
                 where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
                   and pg_get_expr(p.polqual, p.polrelid) = 'true'
                   and exists (select from unnest(p.polroles) r (oid)
                               where r.oid = 0 or pg_has_role(r.oid, 'usage')))
         and not exists (select from pg_catalog.pg_policy p
                         where p.polrelid = c.oid and not p.polpermissive
                           and p.polcmd in ('r', '*'))),
       a.readable, a.unreadable,
       (select string_agg(e.name, ', ' order by e.name)
        from (select format('%I.%I', s.nspname, o.relname) as name
              from pg_catalog.pg_class o join pg_catalog.pg_namespace s on s.oid = o.relnamespace
              where c.oid is null and lower(o.relname) = lower(t.name)
                and o.relkind in ('r', 'p', 'v', 'm', 'f') and s.nspname !~ '^pg_'
              limit 10) e)
from regexp_split_to_table($2, '\n') t (name)
left join pg_catalog.pg_namespace n on n.nspname = $1
left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.name
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
left join lateral (
  select string_agg(attname, E'\n') filter (where may_read) as readable,
         string_agg(attname, E'\n') filter (where not may_read) as unreadable
  from (select attname, has_column_privilege(c.oid, attnum, 'select') as may_read
        from pg_catalog.pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped) columns) a on true
