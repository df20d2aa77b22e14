// jobflip in a separate database: what any login of the cluster may do there before and after
// `init --own-database`, and that all of jobflip still works.

#include <gtest/gtest.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using core::ReleaseOutcome;
using core::TakeOutcome;

class PgOwnDatabase : public ::testing::Test {
 protected:
  Result<void> close_rights() { return admin_->close_rights(); }
  /// "" if the login may do this, else the error.
  std::string refusal(const std::string& login, const std::string& sql) {
    try {
      pqxx::connection connection{store_.conninfo(login)};
      pqxx::nontransaction{connection}.exec(sql);
      return "";
    } catch (const std::exception& error) {
      return error.what();
    }
  }
  static testing::AssertionResult denied(const std::string& text) {
    if (text.find("permission denied") != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "\"" << text << "\"";
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  std::unique_ptr<ports::SchemaAdmin> admin_{store::open_schema_admin(store_.settings("postgres"))};
};

TEST_F(PgOwnDatabase, WhoIsInNoGroupMayNotEvenConnectAndNobodyMayFillTheLockTable) {
  const std::string fill = "select pg_advisory_lock(1)", temporary = "create temporary table t ()";
  store_.sql("grant create on schema public to public");  // the default before PostgreSQL 15
  const std::vector<std::string> fills{
      "select lo_creat(-1)", "select lo_create(0)", "select lo_from_bytea(0, 'x')",
      "select pg_logical_emit_message(true, '', '')", "create table public.mine ()"};
  for (const char* login : {"nobody1", "worker1", "job1"}) {
    EXPECT_EQ(refusal(login, fill), "") << login;
    EXPECT_EQ(refusal(login, temporary), "") << login;
    for (const auto& one : fills)
      EXPECT_EQ(refusal(login, "begin; " + one + "; rollback"), "") << login << ": " << one;
  }
  EXPECT_FALSE(admin_->open_rights().value().empty());
  ASSERT_TRUE(close_rights().has_value());
  EXPECT_TRUE(denied(refusal("nobody1", "select 1")));
  for (const char* login : {"worker1", "job1", "sup1", "ops1", "reader1"}) {
    EXPECT_EQ(refusal(login, "select 1"), "") << login;
    for (const std::string call :
         {"lock(1)", "lock(1, 1)", "lock_shared(1)", "xact_lock(1)", "xact_lock_shared(1, 1)"})
      EXPECT_TRUE(denied(refusal(login, "select pg_advisory_" + call))) << login << " " << call;
    EXPECT_TRUE(denied(refusal(login, "select pg_try_advisory_lock(1)"))) << login;
    EXPECT_TRUE(denied(refusal(login, temporary))) << login;
    for (const auto& one : fills) EXPECT_TRUE(denied(refusal(login, one))) << login << ": " << one;
    for (const std::string one :
         {"lo_put(1, 0, 'x')", "lo_unlink(1)", "lo_truncate(1, 0)", "lo_truncate64(1, 0)",
          "lowrite(1, 'x')", "lo_import('x')", "lo_export(1, 'x')", "lo_import('x', 1)",
          "pg_logical_emit_message(false, '', ''::bytea)"})
      EXPECT_TRUE(denied(refusal(login, "select " + one))) << login << ": " << one;
  }
  EXPECT_TRUE(admin_->open_rights().value().empty());
  EXPECT_TRUE(close_rights().has_value()) << "a second time does no harm";
}

// Rights that belong to the superuser stay unchanged and are reported.
TEST_F(PgOwnDatabase, AnOwnerWithoutSuperuserRightsClosesItsOwnRightsAndIsToldTheRest) {
  const auto database = store_.sql("select current_database()");
  store_.sql("create role db_owner login in role jobflip_owner");
  store_.sql("alter database " + database + " owner to db_owner");
  const auto owner = store::open_schema_admin(store_.settings("db_owner"));
  const auto closed = owner->close_rights();
  ASSERT_TRUE(closed.has_value()) << closed.error().text;
  EXPECT_TRUE(denied(refusal("nobody1", "select 1")));
  const auto open = owner->open_rights().value();
  EXPECT_NE(
      std::ranges::find(open, "revoke execute on function pg_catalog.lo_create(oid) from public"),
      open.end());
  for (const auto& one : open) store_.sql(one);
  EXPECT_TRUE(owner->open_rights().value().empty());
  store_.sql("reassign owned by db_owner to postgres; drop role db_owner");
}

TEST_F(PgOwnDatabase, AllOfJobflipWorksInIt) {
  ASSERT_TRUE(close_rights().has_value());
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  OneNode one{job1, store_.settings("job1")}, two{job2, store_.settings("job2")};
  OneNode sup{sup1, store_.settings("sup1")};
  ASSERT_TRUE(eventually([&] { return !one.report().frozen; }));
  const auto held = one.take().epoch;
  EXPECT_EQ(one.report(mail, {{mail, held}}).epoch, held);
  EXPECT_EQ(sup.take(supervisors).outcome, TakeOutcome::taken);
  EXPECT_EQ(refusal("worker1", "select jobflip.fence('mail', " + std::to_string(held.value) + ")"),
            "");
  two.report();
  EXPECT_TRUE(store_.oper().request_flip(persons_flip(job2)).value().accepted);
  EXPECT_EQ(one.release(held).value(), ReleaseOutcome::released);
  EXPECT_EQ(two.take().outcome, TakeOutcome::taken);
  EXPECT_TRUE(store_.reader().snapshot().has_value());
  EXPECT_TRUE(store_.reader().audit({"mail", 0, 100, false}).has_value());
  EXPECT_TRUE(store::open_doctor_store(store_.settings("ops1"))->facts().has_value());

  const auto listening = store::open_wake_signal(store_.settings("job2"));
  listening->connect();
  ASSERT_GE(listening->descriptor(), 0);
  EXPECT_EQ(refusal("job1", "select jobflip.wake('mail')"), "");
  std::vector<core::WakeHint> heard;
  EXPECT_TRUE(eventually([&] {
    for (auto& hint : listening->collect()) heard.push_back(std::move(hint));
    return !heard.empty();
  }));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard.front(), core::parse_hint("mail"));
}

TEST_F(PgOwnDatabase, NoRightsAreChangedInASharedDatabase) {
  for (const std::string other : {"schema app", "table public.email"}) {
    store_.sql("create " + other + (other == "schema app" ? "" : " (id int)"));
    const auto closed = close_rights();
    ASSERT_TRUE(closed.has_error());
    EXPECT_EQ(closed.error().code, ErrorCode::refused);
    EXPECT_NE(closed.error().text.find(other.substr(other.find_last_of(" .") + 1)),
              std::string::npos)
        << closed.error().text;
    EXPECT_EQ(refusal("nobody1", "select pg_advisory_lock(1)"), "");
    EXPECT_FALSE(admin_->open_rights().value().empty());
    store_.sql("drop " + other);
  }
  EXPECT_TRUE(close_rights().has_value());
}

}  // namespace
}  // namespace jobflip::test
