-- installation_facts: the roles, grants and settings that `jobflip doctor` checks. The checks
-- themselves are in the program. The groups of a login are those that it has directly, not through
-- another group of jobflip.
create function jobflip.installation_facts()
returns table (fact text, subject text, value text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  with recursive ours as (
    select r.oid, r.rolname from pg_roles r
    where r.rolname in ('jobflip_owner', 'jobflip_agent', 'jobflip_supervisor',
                        'jobflip_operator', 'jobflip_worker', 'jobflip_reader')
  ), granted as (
    -- since PostgreSQL 16 a grant may give only the right to grant; before that, these columns do
    -- not exist, and every grant gives both
    select m.roleid, m.member from pg_auth_members m
    where coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
       or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
  ), member as (
    select m.member, o.rolname as grp
    from granted m join ours o on o.oid = m.roleid
    where m.member not in (select oid from ours)
    union
    select m.member, b.grp from granted m join member b on b.member = m.roleid
  ), login as (
    select r.* from pg_roles r
    where r.rolcanlogin and r.oid in (select member from member)
  )
  select 'group', l.rolname::text, b.grp::text from login l join member b on b.member = l.oid
  union all
  select 'superuser', l.rolname, '' from login l where l.rolsuper
  union all
  select 'bypasses_rls', l.rolname, '' from login l where l.rolbypassrls
  union all
  select 'creates_roles', l.rolname, '' from login l where l.rolcreaterole
  union all
  select 'connection_limit', l.rolname, l.rolconnlimit::text from login l
  union all
  select 'login_setting', coalesce(r.rolname, ''), c
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
  cross join unnest(s.setconfig) c
  where c like 'synchronous_commit=%'
    and (s.setrole = 0 or s.setrole in (select oid from login))
    and (s.setdatabase = 0
         or s.setdatabase = (select d.oid from pg_database d where d.datname = current_database()))
  union all
  select 'setting', s.name, s.setting from pg_settings s
  where s.name in ('max_connections', 'superuser_reserved_connections', 'synchronous_commit',
                   'fsync', 'full_page_writes', 'max_prepared_transactions')
  union all
  select 'idle_timeout', l.rolname, coalesce(
    (select substr(c, position('=' in c) + 1)
     from pg_db_role_setting s cross join unnest(s.setconfig) c
     where c like 'idle_in_transaction_session_timeout=%' and s.setrole in (0, l.oid)
       and s.setdatabase in (0, (select d.oid from pg_database d
                                 where d.datname = current_database()))
     order by s.setrole = 0, s.setdatabase = 0 limit 1), '0')
  from login l
  union all
  select 'database_public', d.datname, a.privilege_type
  from pg_database d
  cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
  where d.datname = current_database() and a.grantee = 0
  union all
  select 'advisory_public', current_database(), count(*)::text from jobflip.lock_filling_functions()
  union all
  select 'table_grant', coalesce(g.rolname, 'PUBLIC'), a.privilege_type || ' on schema jobflip_data'
  from pg_namespace s cross join aclexplode(s.nspacl) a left join pg_roles g on g.oid = a.grantee
  where s.nspname = 'jobflip_data' and a.grantee <> s.nspowner
  union all
  select 'table_grant', coalesce(g.rolname, 'PUBLIC'),
         a.privilege_type || ' on ' || c.relnamespace::regnamespace || '.' || quote_ident(c.relname)
  from pg_class c cross join aclexplode(c.relacl) a left join pg_roles g on g.oid = a.grantee
  where c.relnamespace in ('jobflip'::regnamespace, 'jobflip_data'::regnamespace)
    and a.grantee <> c.relowner
  union all
  select 'table_grant', coalesce(g.rolname, 'PUBLIC'),
         a.privilege_type || ' (' || quote_ident(t.attname) || ') on '
           || c.relnamespace::regnamespace || '.' || quote_ident(c.relname)
  from pg_class c join pg_attribute t on t.attrelid = c.oid
  cross join aclexplode(t.attacl) a left join pg_roles g on g.oid = a.grantee
  where c.relnamespace in ('jobflip'::regnamespace, 'jobflip_data'::regnamespace)
    and c.relname <> 'renew_unchanged'
  union all
  select 'public_execute', p.proname, '' from pg_proc p
  where p.pronamespace = 'jobflip'::regnamespace
    and has_function_privilege('public', p.oid, 'execute')
  union all
  select 'owner_has', r, pg_has_role('jobflip_owner', r, 'usage')::text
  from unnest(array['pg_signal_backend', 'pg_read_all_stats']) r
  union all
  select 'persistence', c.relname, c.relpersistence::text from pg_class c
  where c.relnamespace in ('jobflip'::regnamespace, 'jobflip_data'::regnamespace)
    and c.relname in ('incarnation', 'pool_owner', 'node_beat', 'audit_event')
  union all
  select 'node_login', n.name,
         case when r.oid is null then 'missing'
              when not r.rolcanlogin then 'cannot log in'
              when not exists (select from member b where b.member = r.oid
                               and b.grp = 'jobflip_' || n.kind) then 'not in jobflip_' || n.kind
              else 'fit' end
  from jobflip_data.node n left join pg_roles r on r.rolname = n.login
$$;
