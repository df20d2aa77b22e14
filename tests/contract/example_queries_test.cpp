// The queries that the examples and docs/install.md give people to copy, on the tables that they
// are for.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "contract/pg_fixture.hpp"
#include "contract/read_queue.hpp"
#include "jobflip/config/files.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {
namespace {

std::string text_of(const std::string& relative) {
  std::ifstream in{source_path(relative)};
  EXPECT_TRUE(in) << relative;
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

/// What stands between two marks.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  const auto end = text.find(to, begin == std::string::npos ? 0 : begin + from.size());
  EXPECT_TRUE(begin != std::string::npos && end != std::string::npos) << from;
  if (begin == std::string::npos || end == std::string::npos) return "";
  return text.substr(begin + from.size(), end - begin - from.size());
}

core::QueueSettings only_queue(const std::string& toml) {
  const auto fleet = config::parse_fleet_text(toml, "example");
  EXPECT_TRUE(fleet) << toml;
  return fleet->pools.at(0).queues.at(0);
}

class ExampleQueries : public ::testing::Test {
 protected:
  void SetUp() override {
    pg().sql("drop database if exists examples with (force)");
    pg().sql("create database examples");
    pg().sql("alter database examples set timezone = 'America/New_York'");
  }
  void TearDown() override { pg().sql("drop database if exists examples with (force)"); }

  static PgCluster& pg() { return shared_cluster().pg(); }
  static void run(const std::string& sql) { pg().sql(sql, "examples"); }

  core::QueueSample read(const core::QueueSettings& queue) {
    auto probe = probe::open_queue_probe({{queue.database, pg().conninfo("postgres", "examples")}},
                                         Millis{5000});
    const auto sample = read_queue(*probe, queue);
    EXPECT_TRUE(sample) << sample.error().text;
    return sample ? *sample : core::QueueSample{};
  }
};

/// Mails of every state, and an old one that was sent.
constexpr const char* kMails = R"(
create function pg_temp.ago(minutes numeric) returns timestamptz
  return now() - minutes * interval '1 min';
insert into app.email (recipient, subject, body, created_at, due_at, attempts, attempted_at,
                       attempt_epoch, sent_at, failed_at, last_error)
select 'a@b.c', subject, '', pg_temp.ago(created), pg_temp.ago(due), attempts,
       pg_temp.ago(attempted), epoch, pg_temp.ago(sent), pg_temp.ago(failed), error
from (values
  ('due',           1.5,  1.5, 0, null, null::bigint, null, null, null),
  ('due again',     9,    2,   1, 3,    null,         null, null, 'refused'),
  ('later',         0,  -60,   0, null, null,         null, null, null),
  ('retry',         8,   -1,   2, 1,    null,         null, null, 'refused'),
  ('running',       1,    1,   1, 0.117, 5,           null, null, null),
  ('sent',          2,    2,   1, 2,    null,         1.7,  null, null),
  ('sent long ago', 120, 120,  1, 120,  null,         60,   null, null),
  ('given up',      120, 120,  9, 0,    null,         null, 0,    'refused'))
  as m (subject, created, due, attempts, attempted, epoch, sent, failed, error))";

TEST_F(ExampleQueries, OfThePoolFileCountsEveryStateOfAMail) {
  run(text_of("examples/email_worker/schema.sql"));
  run(kMails);
  const auto queue = only_queue(text_of("examples/pools/mail.toml"));
  const auto sample = read(queue);
  EXPECT_EQ(sample.runnable, 2);
  EXPECT_NEAR(static_cast<double>(sample.oldest_runnable->count()), 120'000, 5000);
  EXPECT_EQ(sample.running, 1);
  EXPECT_NEAR(static_cast<double>(sample.oldest_running->count()), 7000, 5000);
  EXPECT_EQ(sample.done, 1);
  EXPECT_TRUE(sample.last_done_at);
  EXPECT_EQ(sample.failed, 2);
  EXPECT_EQ(sample.deferred, 1);
  EXPECT_NEAR(static_cast<double>(sample.oldest_deferred->count()), 480'000, 5000);
  EXPECT_NEAR(static_cast<double>(sample.oldest_untried->count()), 90'000, 5000);
  EXPECT_TRUE(sample.marker);
  run("update app.email set attempted_at = now(), attempts = attempts + 1 where subject = 'retry'");
  EXPECT_GT(*read(queue).marker, *sample.marker) << "a try that fails moves nothing else";
}

TEST_F(ExampleQueries, OfThePoolFileReadsAnEmptyTable) {
  run(text_of("examples/email_worker/schema.sql"));
  const auto sample = read(only_queue(text_of("examples/pools/mail.toml")));
  EXPECT_EQ(sample.runnable + sample.running + sample.done + sample.failed, 0);
  EXPECT_FALSE(sample.marker || sample.oldest_runnable || sample.last_done_at);
}

TEST_F(ExampleQueries, OfTheInstallationPageReadsItsOwnTable) {
  const auto page = text_of("docs/install.md");
  const auto table = "create table app.email" + between(page, "create table app.email", ";");
  run("create schema app; " + table);
  const auto toml = between(page, ">/etc/jobflip/mail.toml <<'TOML'\n", "TOML\n");
  const auto queue = only_queue(toml);
  EXPECT_TRUE(queue.stall_after) << "its worker's jobs are seen by nobody while they run";
  run("insert into app.email (queued_at, sent_at, sent_by) values "
      "(now() - interval '30 s', null, null), (now(), now(), 'job1')");
  const auto sample = read(queue);
  EXPECT_EQ(sample.runnable, 1);
  EXPECT_NEAR(static_cast<double>(sample.oldest_runnable->count()), 30'000, 5000);
  EXPECT_EQ(sample.done, 1);
  EXPECT_TRUE(sample.last_done_at);
}

}  // namespace
}  // namespace jobflip::test
