#include "store/open_rights.hpp"

namespace jobflip::store {
namespace {

// NOTIFY can't be taken away from who may connect; CONNECT can.
constexpr const char* kOpenRights = R"(
  with here as (
    select d.oid, d.datname, d.datconnlimit, d.datdba,
           coalesce(d.datacl, acldefault('d', d.datdba)) as acl
    from pg_database d where d.datname = current_database()
  ), wanted as (
    select 1 as place, '' as detail,
           format('revoke connect, temporary on database %I from public', h.datname) as statement
    from here h
    where exists (select from aclexplode(h.acl) a where a.grantee = 0)
    union all
    select 2, '', format('grant connect on database %I to jobflip_agent, jobflip_supervisor, '
                         'jobflip_operator, jobflip_worker, jobflip_reader', h.datname)
    from here h
    where not has_database_privilege('jobflip_agent', h.oid, 'connect')
       or exists (select from aclexplode(h.acl) a where a.grantee = 0)
    union all
    select 3, p.oid::regprocedure::text,
           format('revoke execute on function pg_catalog.%s from public', p.oid::regprocedure)
    from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname ~ '^pg_(try_)?advisory_.*lock' and p.proname !~ 'unlock'
      and has_function_privilege('public', p.oid, 'execute')
    union all
    select 4, '', format('alter database %I connection limit %s', h.datname,
                         greatest(current_setting('max_connections')::integer
                                  - current_setting('superuser_reserved_connections')::integer - 10,
                                  20))
    from here h where h.datconnlimit < 0
    union all
    select 5, '', format('alter database %I set idle_in_transaction_session_timeout = %L',
                         h.datname, '10s')
    from here h
    where not exists (
      select from pg_db_role_setting s cross join unnest(s.setconfig) c
      where s.setdatabase = h.oid and s.setrole = 0
        and c like 'idle_in_transaction_session_timeout=%')
  )
  select statement from wanted order by place, detail)";

}  // namespace

const char* const kOthersHere = R"(
  select min(other) from (
    select 'schema ' || nspname as other from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'jobflip',
                                                      'jobflip_data')
    union all
    select c.oid::regclass::text from pg_class c
    where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid
                        and d.deptype = 'e')
  ) x)";

std::vector<std::string> open_rights_in(pqxx::transaction_base& session) {
  std::vector<std::string> statements;
  for (const auto& row : session.exec(kOpenRights)) statements.emplace_back(row[0].c_str());
  return statements;
}

}  // namespace jobflip::store
