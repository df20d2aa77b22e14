// A plain query on a real PostgreSQL: each fault is named, with a fix that can be copied.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "contract/read_queue.hpp"
#include "support/pg_cluster.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

class PlainQuery : public ::testing::Test {
 protected:
  static PgCluster& cluster() {
    static PgCluster one;
    return one;
  }
  void SetUp() override {
    cluster().sql("drop database if exists \"My Jobs\" with (force)");
    cluster().sql("drop role if exists \"it's\"; create role \"it's\" login");
    cluster().sql("alter role \"it's\" set search_path = ''; create database \"My Jobs\"");
    sql("create schema \"My App\"; create table \"My App\".task (id int);"
        "insert into \"My App\".task select generate_series(1, 3)");
    queue_.name = QueueName::of("email");
    queue_.database = "label";
    read("\"My App\".task");
    probe_ = probe::open_queue_probe({{"label", cluster().conninfo("it\\'s", "'My Jobs'")}}, wait_);
  }
  void TearDown() override {
    probe_.reset();
    cluster().sql("drop database \"My Jobs\" with (force); drop role \"it's\"");
  }
  std::string sql(const std::string& text) { return cluster().sql(text, "'My Jobs'"); }
  void read(const std::string& table) {
    queue_.query =
        "select 'email' as queue, count(*) as runnable, 1 as oldest_runnable_s, 0 as unpromoted, "
        "0 as running, null::int as oldest_running_s, 0 as done, null::timestamptz as "
        "last_done_at, 0 as failed, false as paused from " +
        table;
  }
  void grant_all() {
    sql("grant usage on schema \"My App\" to \"it's\";"
        "grant select on all tables in schema \"My App\" to \"it's\"");
  }
  std::string said() {
    const auto one = read_queue(*probe_, queue_);
    if (one) return "runnable " + std::to_string(one->runnable);
    const auto code = one.error().code;
    EXPECT_TRUE(code == ErrorCode::probe_failed || code == ErrorCode::database_failed);
    return one.error().text + " | " + one.error().hint;
  }

  Millis wait_{1000};
  core::QueueSettings queue_;
  std::unique_ptr<ports::QueueProbe> probe_;
};

TEST_F(PlainQuery, EachMissingGrantCanBeCopied) {
  const std::string where = "| in database \"My Jobs\": ";
  for (const std::string grant : {"grant usage on schema \"My App\" to \"it's\"",
                                  "grant select on \"My App\".task to \"it's\""}) {
    ASSERT_THAT(said(), ::testing::EndsWith(where + grant));
    sql(grant);
  }
  EXPECT_EQ(said(), "runnable 3");
  sql("create function \"My App\".f(int) returns int language sql as 'select 1';"
      "revoke execute on function \"My App\".f(int) from public");
  read("\"My App\".task where \"My App\".f(1) = 1");
  const std::string grant = "grant execute on function \"My App\".f(integer) to \"it's\"";
  ASSERT_THAT(said(), ::testing::EndsWith(where + grant));
  sql(grant);
  EXPECT_EQ(said(), "runnable 3");
}

TEST_F(PlainQuery, ATableWithoutItsSchemaIsFound) {
  grant_all();
  read("task");
  EXPECT_THAT(said(), HasSubstr("| write \"My App\".task: the search_path of \"it's\" is empty"));
  read("\"My App\".\"Task\"");
  EXPECT_THAT(said(), HasSubstr("| write \"My App\".task: "));
  read("nothing");
  EXPECT_THAT(said(), HasSubstr("| database \"My Jobs\" has no table of this name"));
  read("f(1)");
  EXPECT_THAT(said(), HasSubstr("; a function or type is written with its schema: "));
  read("\"My App\".task where 1 / 0 = 1");
  EXPECT_THAT(said(),
              HasSubstr("| try the query by hand, as \"it's\" in database \"My Jobs\" (the "));
}

TEST_F(PlainQuery, RowLevelSecurityThatHidesRowsIsNotAnIdleQueue) {
  grant_all();
  sql("alter table \"My App\".task enable row level security");
  EXPECT_THAT(said(), HasSubstr("row-level security policy for table \"task\" (\"My App\".task): "
                                "it may hide rows from \"it's\""));
  sql("create policy p on \"My App\".task for select to \"it's\" using (id < 0)");
  EXPECT_THAT(said(), HasSubstr("| alter role \"it's\" bypassrls, or let the query read a view"));
  sql("alter role \"it's\" bypassrls");
  EXPECT_EQ(said(), "runnable 3");
  sql("alter role \"it's\" nobypassrls; create view \"My App\".seen as select * from "
      "\"My App\".task; grant select on \"My App\".seen to \"it's\"");
  read("\"My App\".seen");
  EXPECT_EQ(said(), "runnable 3") << "the view reads as its owner";
  read("\"My App\".task where set_config('row_security', 'on', false) = 'on'");
  EXPECT_THAT(said(), HasSubstr("it may hide rows"));
}

TEST_F(PlainQuery, WhoHoldsTheLockIsNamed) {
  grant_all();
  // a session that holds it for as long as this one sleeps
  std::thread holder{[&] {
    sql("set application_name = 'migration'; begin; lock table \"My App\".task; "
        "select pg_sleep(4)");
  }};
  ASSERT_TRUE(eventually([&] {
    return sql("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted "
               "and relation = '\"My App\".task'::regclass") == "1";
  }));
  EXPECT_THAT(said(), HasSubstr(" (postgres, migration) has locked \"My App\".task | try again "
                                "when that transaction has ended"));
  holder.join();
  EXPECT_EQ(said(), "runnable 3");
}

TEST_F(PlainQuery, ASlowOneIsExplainedWithoutItsTimes) {
  grant_all();
  read("\"My App\".task, pg_catalog.pg_sleep(60)");
  EXPECT_THAT(said(), HasSubstr("`jobflip probe email --explain` shows its plan"));
  const auto source = probe_->source_of(queue_).value();
  const auto plan = source->plan(queue_);
  ASSERT_TRUE(plan) << plan.error().text;
  EXPECT_THAT(*plan, HasSubstr("it did not end in time: this is the plan"));
  EXPECT_THAT(*plan, HasSubstr("Seq Scan on task"));
  EXPECT_THAT(*plan, ::testing::Not(HasSubstr("actual time")));
}

}  // namespace
}  // namespace jobflip::test
