// An upgrade of the schema next to a pool at work: from 0.1.0, and from a store in which every
// function, view and trigger is different.

#include <gtest/gtest.h>

#include <sstream>

#include "contract/pg_live_pool.hpp"
#include "contract/pg_renew_unchanged.hpp"
#include "contract/pg_upgrade.hpp"
#include "jobflip/audit/verification.hpp"

namespace jobflip::test {
namespace {

/// Other function bodies, and rights that a fresh store does not have.
constexpr const char* kOtherBodies = R"(
  set search_path = pg_catalog;
  set check_function_bodies = off;
  do $all$
  declare
    v record;
  begin
    for v in select pg_get_functiondef(oid) as def from pg_proc
             where pronamespace = 'jobflip'::regnamespace loop
      execute regexp_replace(v.def, '\$function\$\s*$', E'\n-- as it was\n$function$');
    end loop;
  end
  $all$;
  grant execute on function jobflip.apply to jobflip_reader with grant option;
  grant execute on function jobflip.audit_append to public;
  grant select on jobflip.renew_unchanged to reader1;
  grant select (full_beat_number) on jobflip.renew_unchanged to worker1;
  revoke execute on function jobflip.take from jobflip_agent;)";

/// Beat, fence and a function that others call, with a different result or different argument
/// names, so that they must be dropped; a different view, other triggers, other rights.
constexpr const char* kAllElse = R"(
  do $all$
  declare
    v record;
  begin
    for v in select tgname, tgrelid::regclass as tab, pg_get_triggerdef(t.oid) as def
             from pg_trigger t join pg_class c on c.oid = tgrelid
             where relnamespace = 'jobflip_data'::regnamespace and not tgisinternal loop
      execute format('drop trigger %I on %s', v.tgname, v.tab);
      execute replace(v.def, v.tgname, v.tgname || '_was');
    end loop;
  end
  $all$;
  alter function jobflip.beat rename to beat_was;
  create function jobflip.beat(a text, b uuid, c text[], d text[], e text, f text[], g text[],
                               h bigint, i text[]) returns text
  language sql security definer as 'select jobflip.beat_was(a, b, c, d, e, f, g, h, i)';
  alter function jobflip.fence rename to fence_was;
  create function jobflip.fence(a text, b bigint) returns void
  language sql security definer as 'select jobflip.fence_was(a, b)';
  alter function jobflip.micros rename to micros_was;
  create function jobflip.micros(a timestamptz) returns bigint
  language sql security definer as 'select jobflip.micros_was(a)';
  create view jobflip.old_view as select jobflip.micros(null) as called;
  alter view jobflip.renew_unchanged reset (security_barrier);
  grant execute on function jobflip.beat, jobflip.beat_was to jobflip_agent, reader1;
  grant execute on function jobflip.fence to jobflip_worker with grant option;
  revoke execute on function jobflip.free_beat from jobflip_agent;
  grant select on jobflip.old_view, jobflip.renew_unchanged to reader1;
  alter function jobflip.apply owner to postgres;)";

class PgUpgrade : public PgRenewUnchanged {
 protected:
  PgUpgrade() : PgRenewUnchanged{PgStore::Database::own, cluster_of_0_1_0()} {}

  std::string lease() {
    return store_.sql(
        "select epoch, state, holder, instance from jobflip_data.pool_owner "
        "order by pool");
  }
  /// After an upgrade next to a pool at work the schema must equal that of a fresh store.
  void expect_fresh(const std::string& what) { EXPECT_EQ(whole_schema(store_), fresh()) << what; }
  static std::string fresh() {
    static PgStore store{shared_cluster(), PgStore::Database::own};
    return whole_schema(store);
  }
  std::vector<audit::Flaw> breaks() {
    const auto heads = store_.reader().audit_heads().value();
    std::vector<core::AuditEvent> all;
    for (const auto& head : heads) {
      const auto chain = store_.reader().audit({head.chain, 0, 1000, false}).value();
      all.insert(all.end(), chain.begin(), chain.end());
    }
    return audit::verify_chains(all, heads);
  }
  /// Objects that 0.1.0 created are replaced in place or left alone, so that no plan refers to a
  /// dropped object.
  std::string identities() {
    return store_.sql(
        "select oid, proname from pg_proc where pronamespace = "
        "'jobflip'::regnamespace union all select oid, relname from pg_class where oid = "
        "'jobflip.renew_unchanged'::regclass union all select t.oid, tgname from "
        "pg_trigger t join pg_class c on c.oid = tgrelid where relnamespace = "
        "'jobflip_data'::regnamespace and not tgisinternal order by 1");
  }
  /// Those of them that still exist. Objects that 0.1.0 did not have may be added.
  std::string left_of(const std::string& known) {
    const auto now = "\n" + identities() + "\n";
    std::istringstream lines{known};
    std::string left;
    for (std::string line; std::getline(lines, line);)
      if (now.find("\n" + line + "\n") != now.npos) left += (left.empty() ? "" : "\n") + line;
    return left;
  }
  std::string upgrades() {
    return store_.sql(
        "select count(*) from jobflip_data.audit_event where kind = "
        "'schema_upgraded' and login = 'postgres'");
  }
};

TEST_F(PgUpgrade, AStoreOf010IsUpgradedBesideAPoolAtWork) {
  const auto was = lease();
  const auto known = identities();
  LivePool pool{store_, request_, request_.renewals[0].epoch};
  ASSERT_TRUE(pool.goes_on());
  const auto done = upgrade(store_);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(done->set_replaced);
  EXPECT_EQ(left_of(known), known);
  EXPECT_TRUE(pool.goes_on());
  pool.end();
  EXPECT_EQ(pool.failures(), std::vector<std::string>{});
  EXPECT_GT(pool.unchanged_beats(), 0);
  EXPECT_EQ(lease(), was);
  EXPECT_TRUE(breaks().empty());
  EXPECT_EQ(upgrades(), "1");
  EXPECT_EQ(done->ran, (std::vector<int>{2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(store_.sql("select jobflip.last_migration()"), "8");
  EXPECT_EQ(store_.sql("select jobflip.installed_version()"), "1")
      << "programs of 0.1.0 would refuse to connect";
  EXPECT_TRUE(release(mail)) << "the pool can be released as usual";
  expect_fresh("0.1.0");
}

// Otherwise a statement that was planned just before the upgrade would fail.
TEST_F(PgUpgrade, WhatDiffersInItsBodyKeepsItsIdentityAndLosesOtherRights) {
  const auto known = identities();
  store_.sql(kOtherBodies);
  ASSERT_EQ(identities(), known);
  ASSERT_TRUE(upgrade(store_).has_value());
  EXPECT_EQ(left_of(known), known);
  expect_fresh("other bodies");
}

TEST_F(PgUpgrade, WhatIsAnotherInEveryWayIsReplacedBesideAPoolAtWork) {
  store_.sql(std::string{kOtherBodies} + kAllElse);
  ASSERT_NE(whole_schema(store_), fresh());
  const auto was = lease();
  LivePool pool{store_, request_, request_.renewals[0].epoch};
  ASSERT_TRUE(pool.goes_on());
  const auto done = upgrade(store_);
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(pool.goes_on());
  pool.end();
  EXPECT_EQ(pool.failures(), std::vector<std::string>{});
  EXPECT_EQ(lease(), was);
  EXPECT_TRUE(breaks().empty());
  expect_fresh("another in every way");
}

}  // namespace
}  // namespace jobflip::test
