/// What a flip left behind, with a real supervisor that reads a queue by its preset.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class LeftBehind : public ::testing::Test {
 protected:
  LeftBehind() {
    const auto made = site_.cluster().sql(
        "create schema app; create table app.delayed_jobs (id bigint primary key, queue text, "
        "attempts int default 0, run_at timestamp default (now() at time zone 'UTC'), locked_at "
        "timestamp, failed_at timestamp, created_at timestamp default (now() at time zone 'UTC'), "
        "handler text); grant usage on schema app to probe; grant select on app.delayed_jobs to "
        "probe; insert into app.delayed_jobs (id, queue, locked_at) select i, 'email', "
        "now() at time zone 'UTC' from generate_series(17, 19) i");
    EXPECT_TRUE(made.has_value()) << made.error().text;
    for (const char* node : {"job1", "job2"}) site_.start_agent(node);
    from_ = site_.await_active();
    site_.start_supervisor("sup1");
  }
  /// What runs is published a moment after the first reading.
  bool sees_the_jobs() {
    return Site::within(20s, [&] {
      const auto ids = site_.cluster().sql("select ids from jobflip_data.queue_running");
      return ids && *ids == "17\n18\n19";
    });
  }

  Site site_{{.mode = "observe", .source = "preset = \"delayed-job\"\nschema = \"app\""}};
  std::string from_;
};

TEST_F(LeftBehind, ShowNamesTheJobsThatMayRunTwice) {
  ASSERT_NE(from_, "") << site_.logs();
  ASSERT_TRUE(sees_the_jobs()) << site_.logs();
  const auto flipped = site_.run({"flip", "mail", "--reason", "a test", "--yes"});
  ASSERT_NE(site_.await_active(from_), "") << flipped.output << site_.logs();
  // the shell of the test's workers does not handle SIGTERM
  const auto sentence = "3 jobs of queue email were running on " + from_ +
                        " and killed: 17, 18, 19: they may run twice once Delayed::Job gives them "
                        "back, after at most 4h";
  const auto json =
      nlohmann::json::parse(site_.run({"show", "1", "--format", "json"}).output, nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["left_behind"]["sentences"][0], sentence);
  EXPECT_EQ(json["left_behind"]["queues"][0]["ids"].size(), 3U);
  EXPECT_THAT(site_.run({"show", "1"}).output, HasSubstr("and killed: 17, 18, 19"));
  EXPECT_THAT(site_.run({"explain", "mail"}).output,
              HasSubstr("claims of dead workers come back after 4h"));
}

}  // namespace
}  // namespace jobflip::e2e
