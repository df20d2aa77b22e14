// What a login can block by waiting for a lock that it has no right to. CREATE RULE and a few
// other statements wait for a relation's lock before they check who owns it, and every later
// request waits behind them.

#include <gtest/gtest.h>

#include "contract/one_node.hpp"
#include "contract/pg_queued_locks.hpp"
#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

constexpr const char* kHoldView = "prepare held as select from jobflip.renew_unchanged";
constexpr const char* kQueueForView =
    "create rule r as on update to jobflip.renew_unchanged do also nothing";
constexpr const char* kHoldTable = "prepare held as select from jobflip_data.node_beat";
constexpr const char* kQueueForTable =
    "create rule r as on update to jobflip_data.node_beat do also nothing";

/// Everything that PostgreSQL lets anybody try on a relation and that needs more than a reader's
/// lock.
std::vector<std::string> attacks_on(const std::string& name) {
  return {"create rule r as on update to " + name + " do also nothing",
          "create trigger t after update on " + name + " execute function pg_catalog.now()",
          "drop rule r on " + name,
          "drop trigger t on " + name,
          "drop policy p on " + name,
          "alter trigger t on " + name + " depends on extension plpgsql",
          "create policy p on " + name,
          "comment on table " + name + " is 'mine'",
          "comment on column " + name + ".a is 'mine'",
          "alter table " + name + " add column mine int",
          "alter table " + name + " set schema public",
          "create index i on " + name + " ((1))",
          "create statistics s on a, b from " + name,
          "create temporary table t (a int references " + name + ")",
          "create temporary table t () inherits (" + name + ")",
          "reindex table " + name,
          "reindex index " + name,
          "cluster " + name,
          "vacuum full " + name,
          "vacuum " + name,
          "analyze " + name,
          "refresh materialized view " + name,
          "truncate " + name,
          "drop table " + name,
          "drop index " + name,
          "drop sequence " + name,
          "alter sequence " + name + " restart",
          "select; lock table " + name + " in access exclusive mode",
          "select; lock table " + name + " in access share mode",
          "prepare p as select from " + name};
}

class PgQueuedLocks : public PgRenewUnchanged {
 protected:
  PgQueuedLocks() : PgRenewUnchanged{PgStore::Database::own} {}
  void SetUp() override {
    PgRenewUnchanged::SetUp();
    ASSERT_TRUE(quick_beat());
    ASSERT_TRUE(quick_is_short());
  }

  /// job1's beat in a separate session, with the shortest deadline.
  bool quick_beat() { return quick_->beat(request_).has_value(); }
  bool quick_is_short() {
    const auto number = full_beat_of_job1();
    return quick_beat() && full_beat_of_job1() == number;
  }

  LockWatch watch_{store_};
  std::unique_ptr<ports::AgentStore> quick_{
      store::open_agent_store({store_.conninfo("job1"), Millis{1000}, "test"})};
};

TEST_F(PgQueuedLocks, WhoMayNotNameATableIsRefusedBeforeItWaitsForOne) {
  // A session is at work in each table, so whoever requests a lock must wait.
  pqxx::connection busy{store_.conninfo("postgres")};
  pqxx::work everything{busy};
  std::vector<std::string> relations;
  for (const auto& row : everything.exec(
           "select c.oid::regclass, c.relkind = 'r' from pg_class c where c.relnamespace = "
           "'jobflip_data'::regnamespace or c.oid in (select reltoastrelid from pg_class where "
           "relnamespace = 'jobflip_data'::regnamespace) order by 1")) {
    relations.emplace_back(row[0].c_str());
    if (row[1].as<bool>()) everything.exec("lock " + relations.back() + " in share mode");
  }
  ASSERT_GT(relations.size(), 40u);
  const auto end_of = [&](pqxx::nontransaction& session, const std::string& statement) {
    try {
      session.exec(statement);
      return std::string{"done"};
    } catch (const pqxx::insufficient_privilege&) {
      return std::string{"42501"};
    } catch (const pqxx::sql_error& error) {
      return error.sqlstate().empty() ? error.what() : error.sqlstate();
    }
  };
  const auto quickly = [&](const std::string& login) {
    return store_.conninfo(login) + " options='-c lock_timeout=1ms'";
  };
  store_.sql("grant usage on schema jobflip_data to reader1");
  {
    pqxx::connection connection{quickly("reader1")};
    pqxx::nontransaction session{connection};
    EXPECT_EQ(end_of(session, kQueueForTable), "55P03") << "a login that may name the table waits";
  }
  store_.sql("revoke usage on schema jobflip_data from reader1");
  for (const std::string login : {"reader1", "worker1", "ops1", "job1", "sup1", "nobody1"}) {
    pqxx::connection connection{quickly(login)};
    pqxx::nontransaction session{connection};
    for (const auto& relation : relations) {
      const auto attacks = attacks_on(relation);
      // One login tries all of them on every table: the schema refuses them, not the table.
      const auto tried = login == "reader1" || relation.ends_with("_beat") ? attacks.size() : 1;
      for (std::size_t i = 0; i < tried; ++i)
        EXPECT_EQ(end_of(session, attacks[i]), "42501") << login << ": " << attacks[i];
    }
  }
}

TEST_F(PgQueuedLocks, WhoMayNameATableStopsAllBeatsUntilItsSessionIsEndedAndNamed) {
  store_.sql("grant usage on schema jobflip_data to reader1");
  QueuedLock queued{store_, watch_, "reader1", kHoldTable, kQueueForTable};
  EXPECT_FALSE(quick_beat());
  EXPECT_TRUE(quick_beat());
  EXPECT_TRUE(eventually([&] { return !watch_.lives(queued.pid()); }));
  EXPECT_EQ(watch_.named("reader1"), "1");
}

TEST_F(PgQueuedLocks, WhoQueuesForTheViewOfShortBeatsCostsOneBeatAndIsEndedAndNamed) {
  for (const std::string login : {"reader1", "worker1", "job2"}) {
    QueuedLock queued{store_, watch_, login, kHoldView, kQueueForView};
    EXPECT_FALSE(quick_beat()) << login;
    EXPECT_TRUE(quick_beat()) << login;
    EXPECT_TRUE(eventually([&] { return !watch_.lives(queued.pid()); })) << login;
    EXPECT_EQ(watch_.named(login), "1");
    for (int i = 0; i < 29; ++i) EXPECT_TRUE(quick_beat());
    EXPECT_TRUE(quick_is_short()) << "the next login needs something to block";
  }
}

TEST_F(PgQueuedLocks, AMigrationOfTheViewIsLeftAloneAndBeatsGoOnInFull) {
  pqxx::connection connection{store_.conninfo("postgres")};
  pqxx::work migration{connection};
  migration.exec("alter view jobflip.renew_unchanged set (security_barrier = true)");
  EXPECT_FALSE(quick_beat());
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(quick_beat()) << i;
  EXPECT_TRUE(store_.reader().snapshot().has_value());
  EXPECT_NO_THROW(migration.commit());
  EXPECT_EQ(watch_.named("postgres"), "0");
  EXPECT_TRUE(quick_is_short()) << "it must be short again, once";
}

TEST_F(PgQueuedLocks, AMigrationOfATableIsLeftAloneAndDelaysBeats) {
  store_.sql("create role migrator login in role jobflip_owner");
  {
    pqxx::connection connection{store_.conninfo("migrator")};
    pqxx::work migration{connection};
    migration.exec("lock jobflip_data.node_beat in access exclusive mode");
    EXPECT_FALSE(quick_beat());
    EXPECT_FALSE(quick_beat());
    EXPECT_NO_THROW(migration.commit());
  }
  store_.sql("drop role migrator");
  EXPECT_TRUE(quick_beat());
}

TEST_F(PgQueuedLocks, ABeatEndsOnlySessionsThatBlockIt) {
  store_.agent(job2).beat({job2, random_uuid(), {}, {}, "", {}, {}}).value();
  for (const bool in_savepoint : {false, true}) {
    pqxx::connection of_job2{store_.conninfo("job2")}, of_ops{store_.conninfo("ops1")};
    pqxx::nontransaction other{of_job2}, blocking{of_ops};
    const auto own_row_only = [&] {  // and so a lock on the same table
      const auto done = other.exec(
          "begin; update jobflip.renew_unchanged set beat = beat + 1 where node = 'job2'");
      EXPECT_EQ(done.affected_rows(), 1u);
    };
    if (!in_savepoint) own_row_only();
    blocking.exec("begin; savepoint a; select jobflip.drain('job1', true, '', 'a test')");
    if (in_savepoint) {
      blocking.exec("release savepoint a");
      own_row_only();  // the number of a finished savepoint shows which sessions began before it
    }
    EXPECT_TRUE(eventually([&] { return quick_beat(); }));
    EXPECT_THROW(blocking.exec("commit"), pqxx::broken_connection);
    EXPECT_NO_THROW(other.exec("commit")) << in_savepoint;
  }
  EXPECT_EQ(watch_.named("ops1"), "2");
  EXPECT_EQ(watch_.named("job2"), "0");
}

}  // namespace
}  // namespace jobflip::test
