// Queues read by real queries: correct ones, wrong ones, and harmful ones.

#include <gtest/gtest.h>

#include <future>

#include "contract/pg_fixture.hpp"
#include "contract/read_queue.hpp"
#include "support/loopback_server.hpp"

namespace jobflip::test {
namespace {

class PgProbe : public ::testing::Test {
 protected:
  void SetUp() override {
    probe_ = probe::open_queue_probe({{"app", shared_cluster().pg().conninfo()}}, Millis{1000});
  }

  Result<core::QueueSample> sample(const std::string& query, const std::string& database = "app") {
    core::QueueSettings queue;
    queue.name = QueueName::of("email");
    queue.database = database;
    queue.query = query;
    return read_queue(*probe_, queue);
  }

  std::string error(const std::string& query) {
    const auto result = sample(query);
    if (result) return "no error";
    EXPECT_EQ(result.error().code, ErrorCode::probe_failed);
    EXPECT_NE(result.error().text.find("queue email"), std::string::npos) << result.error().text;
    EXPECT_NE(result.error().hint, "") << result.error().text;
    return result.error().text;
  }

  static std::string row(const std::string& rest = "") {
    return "select 'email' as queue, 5::bigint as runnable, 61.5 as oldest_runnable_s, "
           "0 as unpromoted, 1 as running, null::float8 as oldest_running_s, 7 as done, "
           "timestamptz '2026-11-23 03:12:09.5+01' as last_done_at, 0 as failed, "
           "null::boolean as paused" +
           rest;
  }

  std::unique_ptr<ports::QueueProbe> probe_;
};

TEST_F(PgProbe, ReadsTheRowOfTheQueue) {
  const auto result = sample(row(", 12 as marker, 'job 1' as head") + "\n -- a comment\n;");
  ASSERT_TRUE(result.has_value()) << result.error().text;
  EXPECT_EQ(result->runnable, 5);
  EXPECT_EQ(result->oldest_runnable, Millis{61'500});
  EXPECT_EQ(result->oldest_running, std::nullopt);
  EXPECT_EQ(result->done, 7);
  EXPECT_EQ(rfc3339(*result->last_done_at), "2026-11-23T02:12:09.500000Z");
  EXPECT_EQ(result->paused, std::nullopt);
  EXPECT_EQ(result->marker, 12);
  EXPECT_EQ(result->head, "job 1");
}

TEST_F(PgProbe, AQueryThatFailsSaysSoInTheDatabasesWords) {
  EXPECT_NE(error("select * from no_such_table").find("no_such_table"), std::string::npos);
  EXPECT_NE(error("selec").find("syntax"), std::string::npos);
  // it would do by hand
  const auto hint = sample("delete from pg_class returning 1").error().hint;
  EXPECT_NE(hint.find("it must be one SELECT"), std::string::npos) << hint;
  EXPECT_NE(sample(row(), "elsewhere").error().text.find("elsewhere"), std::string::npos);
}

TEST_F(PgProbe, AQueryMayChangeNothing) {
  shared_cluster().pg().sql("create table if not exists victim (x int)");
  EXPECT_NE(error("insert into victim values (1) returning x"), "no error");
  EXPECT_NE(error(row() + "; delete from victim"), "no error");
  EXPECT_NE(error("select set_config('transaction_read_only', 'off', false)"), "no error");
  EXPECT_EQ(shared_cluster().pg().sql("select count(*) from victim"), "0");
}

TEST_F(PgProbe, AQueryThatHangsEndsAtTheDeadline) {
  const auto began = std::chrono::steady_clock::now();
  const auto result = sample("select pg_sleep(60)");
  ASSERT_TRUE(result.has_error());
  EXPECT_LT(std::chrono::steady_clock::now() - began, Millis{5000});
  EXPECT_TRUE(sample(row()).has_value());
}

TEST_F(PgProbe, TellsAFaultOfTheQueueFromOneOfTheDatabase) {
  for (const char* own :
       {"select * from no_such_table", "selec", "select 1/0", "select repeat('x', 200000) as queue",
        "select * from pg_authid_missing.t", "delete from pg_class returning 1"})
    EXPECT_EQ(sample(own).error().code, ErrorCode::probe_failed) << own;
  EXPECT_EQ(sample(row() + " union all " + row()).error().code, ErrorCode::probe_failed);
  EXPECT_EQ(sample("select pg_sleep(60)").error().code, ErrorCode::database_failed);
  const auto& pg = shared_cluster().pg();
  probe_ = probe::open_queue_probe({{"app", pg.conninfo() + " dbname=nowhere"}}, Millis{1000});
  EXPECT_EQ(sample(row()).error().code, ErrorCode::database_failed);
}

TEST_F(PgProbe, AQueryThatCatchesItsCancellationHasOneProcessAndNotOneForEachReading) {
  auto& pg = shared_cluster().pg();
  pg.sql(
      "create role queue_reader login; create schema trap; grant usage on schema trap to public;"
      "create function trap.forever() returns bigint language plpgsql as $$ begin loop begin "
      "perform pg_sleep(3600); exception when query_canceled then null; end; end loop; end $$");
  probe_ = probe::open_queue_probe({{"app", pg.conninfo("queue_reader")}}, Millis{300});
  const auto processes = [&] {
    return std::stoi(
        pg.sql("select count(*) from pg_stat_activity where usename = "
               "'queue_reader' and query ~ 'forever' and state = 'active'"));
  };
  EXPECT_TRUE(sample(row()).has_value());
  const auto hangs = row(", trap.forever() as marker");
  EXPECT_FALSE(sample(hangs).has_value());
  EXPECT_EQ(processes(), 1) << "neither its time limit nor the end of its session ends it";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(sample(hangs).has_value());
  EXPECT_TRUE(eventually([&] { return processes() == 1; })) << processes();
  EXPECT_TRUE(sample(row()).has_value());
  EXPECT_TRUE(eventually([&] { return processes() == 0; })) << processes();
  probe_.reset();
  pg.sql("drop schema trap cascade; drop role queue_reader");
}

TEST_F(PgProbe, ADatabaseThatTakesConnectionsAndSaysNothingDelaysNoReadingOfAnother) {
  std::promise<void> accepted, enough;
  std::once_flag once;
  LoopbackServer silent{[&](int) {
    std::call_once(once, [&] { accepted.set_value(); });
    enough.get_future().wait_for(std::chrono::seconds{60});
  }};
  const auto probe = probe::open_queue_probe(
      {{"app", shared_cluster().pg().conninfo()},
       {"silent", "hostaddr=127.0.0.1 dbname=x user=x port=" + std::to_string(silent.port())}},
      Millis{60'000});
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.query = row();
  queue.database = "silent";
  const auto hanging = probe->source_of(queue).value();
  auto late = std::async(std::launch::async, [&] { return hanging->sample(queue); });
  accepted.get_future().wait();

  auto elsewhere = queue;
  elsewhere.database = "app";
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(read_queue(*probe, elsewhere).has_value());
  EXPECT_EQ(late.wait_for(std::chrono::seconds{0}), std::future_status::timeout)
      << "it hangs all the while";
  hanging->cancel();
  EXPECT_EQ(late.get().error().code, ErrorCode::database_failed);
  enough.set_value();
}

TEST_F(PgProbe, WhatADatabaseLacksIsNoMatterOfJobflipsSchema) {
  for (const char* query :
       {"select * from no_such_table", "select * from no_schema.x", "select no_function()"}) {
    const auto failed = sample(query);
    ASSERT_TRUE(failed.has_error());
    EXPECT_EQ(failed.error().hint.find("jobflip"), std::string::npos) << failed.error().hint;
  }
}

TEST_F(PgProbe, AMissingGrantIsNamed) {
  auto& pg = shared_cluster().pg();
  pg.sql("drop schema if exists hidden cascade; drop role if exists probe_least");
  pg.sql("create role probe_least login; create schema hidden; create table hidden.job (id int)");
  const auto least = probe::open_queue_probe({{"app", pg.conninfo("probe_least")}}, Millis{1000});
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  queue.query = row() + " from (select count(*) from hidden.job) as j";
  const auto hint = [&] {
    const auto sample = read_queue(*least, queue);
    return sample ? std::string{"it was read"} : sample.error().hint;
  };
  EXPECT_EQ(hint(), "in database postgres: grant usage on schema hidden to probe_least");
  pg.sql("grant usage on schema hidden to probe_least");
  EXPECT_EQ(hint(), "in database postgres: grant select on hidden.job to probe_least");
  pg.sql("grant select on hidden.job to probe_least");
  EXPECT_EQ(hint(), "it was read");
  pg.sql("drop schema hidden cascade; drop role probe_least");
}

TEST_F(PgProbe, GivesTheStatementAndItsPlan) {
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  queue.query = row();
  const auto source = probe_->source_of(queue);
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->statement(queue)->sql, queue.query);
  const auto plan = (*source)->plan(queue);
  ASSERT_TRUE(plan) << plan.error().text;
  EXPECT_NE(plan->find("actual time="), std::string::npos) << *plan;
  queue.query = "select 1 from no_such_table";
  EXPECT_FALSE((*source)->plan(queue));
}

TEST_F(PgProbe, TenThousandRowsAreRefusedAndNotRead) {
  const auto text = error(
      "select queue, n as runnable, 0 as oldest_runnable_s, 0 as unpromoted, 0 as "
      "running, 0 as oldest_running_s, 0 as done, null::timestamptz as last_done_at, "
      "0 as failed, false as paused from (select 'email' as queue, generate_series(1, "
      "10000) as n) t");
  EXPECT_NE(text.find("more than 1000 rows"), std::string::npos) << text;
}

// what jobs have in them may be of any length, and only its beginning is shown anyway
TEST_F(PgProbe, AnEndlessTextNeverReachesTheSupervisor) {
  EXPECT_EQ(sample(row(", 1 as marker, repeat('x', 90000) as head"))->head->size(), 203u);
  for (const std::string column : {"head", "marker", "failed"}) {
    const auto text =
        error("select * from (" + row(", 1 as marker, 'x'::text as head") +
              ") r cross join lateral (select repeat('x', 1000000) as " + column + ") big");
    EXPECT_NE(text.find("a row of the query has 10000"), std::string::npos) << text;
  }
  EXPECT_TRUE(sample(row()).has_value());
}

TEST_F(PgProbe, ManyLongRowsAreRefusedTogether) {
  const auto many = "select q.*, repeat('x', 90000) as head from (" + row() +
                    ") q cross join generate_series(1, 900)";
  EXPECT_NE(error(many).find("bytes"), std::string::npos);
  EXPECT_TRUE(sample(row()).has_value());
}

TEST_F(PgProbe, AQueryLeavesNothingBehindForTheNextOne) {
  auto& pg = shared_cluster().pg();
  pg.sql(
      "create schema if not exists mine; create or replace view mine.settings as select "
      "current_setting('datestyle') || current_setting('timezone') || "
      "current_setting('search_path') || current_setting('statement_timeout') || "
      "current_setting('transaction_read_only') as now; grant usage on schema mine to public");
  const auto settings = row(", null::bigint as marker, (select now from mine.settings) as head");
  const auto before = sample(settings);
  ASSERT_TRUE(before.has_value()) << before.error().text;
  for (const std::string set :
       {"search_path', 'mine", "datestyle', 'SQL, DMY", "timezone', 'Asia/Tokyo",
        "statement_timeout', '0", "default_transaction_read_only', 'off"}) {
    // a row that is written in another style may be unreadable itself
    sample(row(", null::bigint as marker, set_config('" + set + "', false) as head"));
    const auto after = sample(settings);
    ASSERT_TRUE(after.has_value()) << set << ": " << after.error().text;
    EXPECT_EQ(after->head, before->head) << set;
  }
  EXPECT_NE(error("insert into victim values (1) returning x"), "no error");
  EXPECT_EQ(pg.sql("select count(*) from pg_stat_activity where application_name = "
                   "'jobflip-probe' and state like 'idle in transaction%'"),
            "0")
      << "no reading holds a snapshot";
}

}  // namespace
}  // namespace jobflip::test
