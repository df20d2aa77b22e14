#pragma once
/// Stores that an older program created, and what two stores must have in common.

#include <fstream>
#include <iterator>
#include <pqxx/pqxx>
#include <string>

#include "contract/pg_fixture.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {

inline std::string fixture(const std::string& name) {
  std::ifstream file{source_path("tests/fixtures/" + name)};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A PostgreSQL with stores as `jobflip init` of 0.1.0 creates them.
inline StoreCluster& cluster_of_0_1_0() {
  static StoreCluster cluster{[](const std::string& conninfo) {
    pqxx::connection connection{conninfo};
    pqxx::work transaction{connection};
    transaction.exec(fixture("schema_0.1.0.sql"));
    // The set of 0.1.0 gets another name, so that an upgrade has something to do even before any
    // function has changed since.
    transaction.exec(
        "set local role jobflip_owner; create or replace function jobflip.installed_set() returns "
        "text language sql stable security definer set search_path = pg_catalog, jobflip, pg_temp "
        "set lock_timeout = '1s' as $$ select repeat('0', 64) || ' 0.1.0' $$");
    transaction.commit();
  }};
  return cluster;
}

inline Result<ports::MigrateReport> upgrade(PgStore& store) {
  return store::open_schema_admin({store.conninfo("postgres"), Millis{60'000}, "upgrade"})
      ->migrate();
}

/// Everything in a schema except rows and the gates of its pools: definitions, owners and rights,
/// one per line, so that two stores can be compared.
inline std::string whole_schema(PgStore& store) {
  return store.sql(R"(
    set search_path = pg_catalog;
    with ours as (
      select oid from pg_namespace where nspname in ('jobflip', 'jobflip_data')
    ), things as (
      select 'schema ' || nspname as what, pg_get_userbyid(nspowner) as more, nspacl as acl,
             nspowner as owner
      from pg_namespace where oid in (select oid from ours)
      union all
      select 'function ' || oid::regprocedure, pg_get_userbyid(proowner) || ' '
             || pg_get_functiondef(oid), coalesce(proacl, acldefault('f', proowner)), proowner
      from pg_proc where pronamespace in (select oid from ours)
      union all
      select 'relation ' || oid::regclass, concat_ws(' ', pg_get_userbyid(relowner), relkind,
             relpersistence, reloptions, pg_get_viewdef(oid)),
             coalesce(relacl, acldefault('r', relowner)), relowner
      from pg_class where relnamespace in (select oid from ours) and relkind in ('r', 'p', 'v')
      union all
      select 'column ' || attrelid::regclass || ' ' || attname, format_type(atttypid, atttypmod)
             || ' ' || attnotnull, attacl, relowner
      from pg_attribute join pg_class c on c.oid = attrelid
      where relnamespace in (select oid from ours) and relkind in ('r', 'p', 'v') and attnum > 0
      union all
      select 'trigger ' || tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(t.oid)), null, 0::oid
      from pg_trigger t join pg_class c on c.oid = tgrelid
      where relnamespace in (select oid from ours) and not tgisinternal
      union all
      select 'constraint ' || conname || ' ' || conrelid::regclass, pg_get_constraintdef(oid), null,
             0::oid
      from pg_constraint where connamespace in (select oid from ours) and conrelid <> 0
    )
    select what || ' ' || coalesce(more, '') || ' ' || coalesce((
      select string_agg(concat_ws(' ', a.grantor::regrole, a.grantee::regrole, a.privilege_type,
                                  a.is_grantable), ','
                        order by a.grantee::regrole::text, a.privilege_type)
      from aclexplode(acl) a), '')
    from things order by 1)");
}

}  // namespace jobflip::test
