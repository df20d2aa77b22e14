// The queries that the examples and docs/install.md give people to copy, on the tables that they are
// for: what they count, and what the detector makes of it.

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
insert into app.email (recipient, subject, body, created_at, due_at, attempts, attempted_at,
                       attempt_epoch, sent_at, failed_at, last_error) values
 ('a@b.c', 'due', '', now() - interval '90 s', now() - interval '90 s', 0, null, null, null, null, null),
 ('a@b.c', 'due again', '', now() - interval '9 min', now() - interval '2 min', 1, now() - interval '3 min', null, null, null, 'refused'),
 ('a@b.c', 'later', '', now(), now() + interval '1 h', 0, null, null, null, null, null),
 ('a@b.c', 'retry', '', now() - interval '8 min', now() + interval '1 min', 2, now() - interval '1 min', null, null, null, 'refused'),
 ('a@b.c', 'running', '', now() - interval '1 min', now() - interval '1 min', 1, now() - interval '7 s', 5, null, null, null),
 ('a@b.c', 'sent', '', now() - interval '2 min', now() - interval '2 min', 1, now() - interval '2 min', null, now() - interval '100 s', null, null),
 ('a@b.c', 'sent long ago', '', now() - interval '2 h', now() - interval '2 h', 1, now() - interval '2 h', null, now() - interval '1 h', null, null),
 ('a@b.c', 'given up', '', now() - interval '2 h', now() - interval '2 h', 9, now(), null, null, now(), 'refused'))";

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
