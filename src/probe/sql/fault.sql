-- What an error of the server does not say: who asked, and where; the tables and functions of the
-- name that it mentions ($1); who has locked a table. $2: whether the error is of a right that is
-- missing (denied), of row-level security (hidden), or of a table that was not found (absent).
select quote_ident(current_user), quote_ident(current_database()),
       (select reset_val from pg_catalog.pg_settings where name = 'search_path'), quote_ident($1),
       (select string_agg(t.name, E'\n') from (
          select format('%I.%I', n.nspname, c.relname) as name
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_(toast|temp)'
            and case $2
                  when 'denied' then c.relname = $1 and not has_table_privilege(c.oid, 'select')
                  when 'hidden' then c.relname = $1 and row_security_active(c.oid)
                  else lower(c.relname) = lower(regexp_replace($1, '^.*\.', '')) end
          order by c.relname <> $1, 1 limit 4) t),
       (select string_agg(f.name, E'\n') from (
          select p.oid::regprocedure::text as name from pg_catalog.pg_proc p
          where p.proname = $1 and not has_function_privilege(p.oid, 'execute')
          order by 1 limit 4) f),
       (select string_agg(l.text, E'\n') from (
          select format('pid %s (%s%s) has locked %s', l.pid, a.usename,
                        ', ' || nullif(a.application_name, ''), c.oid::regclass) as text
          from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
          left join pg_catalog.pg_stat_activity a on a.pid = l.pid
          where l.locktype = 'relation' and l.granted and l.mode = 'AccessExclusiveLock'
            and c.relkind in ('r', 'p', 'm') and c.oid >= 16384
            and l.database = (select oid from pg_catalog.pg_database
                              where datname = current_database())
          order by l.pid, 1 limit 3) l)
