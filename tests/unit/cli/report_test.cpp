/// report: what it asks the store for, which months it takes, what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"
#include "unit/cli/november.hpp"

namespace jobflip::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Report, IsOfTheMonthThatIsWanted) {
  auto world = world_in_november();
  const auto report = report_of(world, {"--month", "2026-10"});
  EXPECT_EQ(report["month"], "2026-10");
  EXPECT_EQ(report["so_far"], false);
  ASSERT_EQ(report["pools"].size(), 1u);
  EXPECT_EQ(report["pools"][0]["month"]["down_ms"], 1'800'000);
  EXPECT_EQ(report["pools"][0]["before"]["down_ms"], 600'000);
  EXPECT_EQ(report["pools"][0]["before"]["unwatched_ms"], 9 * 86'400'000) << "it was not there";
  EXPECT_EQ(report["incidents"]["all"]["month"], 1);
  EXPECT_EQ(report["incidents"]["all"]["before"], 1);
}

TEST(Report, IsOfTheLastWholeMonthByItself) {
  auto world = world_in_november();
  EXPECT_EQ(report_of(world, {})["month"], "2026-10");
  EXPECT_EQ(report_of(world, {"--month", "2026-11"})["so_far"], true);
  EXPECT_EQ(report_of(world, {"--month", "2026-11"})["until_at"], "2026-11-23T03:00:00.000000Z");
}

TEST(Report, IsMarkdownUnlessAnotherFormatIsWanted) {
  auto world = world_in_november();
  EXPECT_THAT(world.run({"report", "--month", "2026-10"}).out,
              StartsWith("# Report: October 2026\n"));
  EXPECT_THAT(world.run({"report", "--month", "2026-11"}).out,
              StartsWith("# Report: November 2026, so far\n"));
  EXPECT_THAT(world.run({"report", "--format", "html"}).out, StartsWith("<!DOCTYPE html>\n"));
  const test::TempFolder folder;
  const auto path = folder.path() + "/october.html";
  const auto ran = world.run({"report", "--output", path});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("october.html written ("));
}

TEST(Report, CountsMonthsByTheClockOfTheZone) {
  auto world = world_in_november();
  const auto report = report_of(world, {"--month", "2026-10", "--time-zone", "Europe/Zurich"});
  EXPECT_EQ(report["since_at"], "2026-09-30T23:00:00.000000Z") << "the fake has no summer";
  EXPECT_EQ(report["time_zone"], "Europe/Zurich");
  world.script.snapshot.store_time = utc("2026-11-30 23:30:00");
  EXPECT_EQ(report_of(world, {"--time-zone", "Europe/Zurich"})["month"], "2026-11")
      << "it is December there";
}

TEST(Report, RefusesWhatIsNoMonth) {
  auto world = world_in_november();
  for (const char* text : {"2026-13", "june", "2026-6", "\x1b[2J"}) {
    const auto ran = world.run({"report", "--month", text});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("--month: \""));
    EXPECT_THAT(ran.err, HasSubstr("is not a month"));
    EXPECT_THAT(ran.err, HasSubstr("write it as YYYY-MM, such as 2026-06"));
    EXPECT_THAT(ran.err, Not(HasSubstr("\x1b")));
  }
}

TEST(Report, RefusesAMonthThatHasNotBegun) {
  auto world = world_in_november();
  const auto ran = world.run({"report", "--month", "2026-12"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--month 2026-12: that month has not begun"));
  EXPECT_THAT(ran.err, HasSubstr("the newest is 2026-11, which is not over"));
}

TEST(Report, RefusesATargetThatIsNoShare) {
  auto world = world_in_november();
  for (const char* text : {"0", "-1", "100.1", "99,9", "high", "nan", "1e1"}) {
    const auto ran = world.run({"report", "--target=" + std::string{text}});
    EXPECT_EQ(ran.code, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("is not a share of time")) << text;
  }
  EXPECT_EQ(report_of(world, {"--target", "99.95"})["pools"][0]["target"], 99.95);
  EXPECT_EQ(report_of(world, {"--target", "100"})["pools"][0]["met"], false);
  EXPECT_EQ(report_of(world, {})["pools"][0]["target"], 99.9);
}

TEST(Report, RefusesOtherBadWords) {
  auto world = world_in_november();
  EXPECT_EQ(world.run({"report", "--format", "table"}).code, 2);
  EXPECT_EQ(world.run({"--format", "tsv", "report"}).code, 2);
  EXPECT_EQ(world.run({"report", "--output", "/tmp/report.pdf"}).code, 2);
  EXPECT_EQ(world.run({"report", "--pool", "No Pool"}).code, 2);
  EXPECT_EQ(world.run({"report", "--pool", "unknown"}).code, 2);
  EXPECT_EQ(world.run({"report", "--time-zone", "Mars"}).code, 2);
  world.script.open_error = Error{ErrorCode::store_unreachable, "no route", ""};
  EXPECT_EQ(world.run({"report"}).code, 7);
}

TEST(Report, OfAMonthWithoutDataSaysSo) {
  auto world = world_in_november();
  const auto ran = world.run({"report", "--month", "2025-03"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("No data for this month."));
  EXPECT_THAT(ran.out, Not(HasSubstr("100 %")));
}

TEST(Report, OfOnePoolAsksForNoOther) {
  auto world = world_in_november();
  report_of(world, {"--pool", "mail"});
  for (const auto& query : world.script.incident_queries) EXPECT_EQ(query.pool.str(), "mail");
  for (const auto& asked : world.script.asked)
    EXPECT_TRUE(!asked.starts_with("history") || asked.starts_with("history mail ")) << asked;
}

TEST(Report, AsksForIncidentsThatReachIntoItsMonths) {
  auto world = world_in_november();
  report_of(world, {"--month", "2026-10"});
  ASSERT_EQ(world.script.incident_queries.size(), 4u);
  const auto& earlier = world.script.incident_queries[2];
  EXPECT_EQ(earlier.until, utc("2026-09-01 00:00:00"));
  EXPECT_EQ(earlier.not_over_before, utc("2026-09-01 00:00:00"));
  const auto& later = world.script.incident_queries[3];
  EXPECT_EQ(later.since, utc("2026-11-01 00:00:00"));
  EXPECT_EQ(later.until, utc("2026-11-02 00:00:00"));
}

TEST(Report, KnowsSinceWhenTheStoreKeepsIncidents) {
  auto world = world_in_november();
  world.script.audit.push_back(event_of("jobflip", 2, "schema_upgraded", "2026-10-21 00:00:00"));
  world.script.audit.back().payload = R"({"migrations":[2,3]})";
  EXPECT_TRUE(report_of(world, {})["incidents_kept_since_at"].is_null());
  world.script.audit.back().payload = R"({"migrations":[3,4]})";
  const auto report = report_of(world, {});
  EXPECT_EQ(report["incidents_kept_since_at"], "2026-10-21T00:00:00.000000Z");
  EXPECT_EQ(report["pools"][0]["month"]["unwatched_ms"], 20 * 86'400'000);
}

TEST(Report, GoesOnWithoutWhatCantBeRead) {
  auto world = world_in_november();
  world.script.audit_error = Error{ErrorCode::store_failed, "permission denied", ""};
  const auto ran = world.run({"report"});
  EXPECT_EQ(ran.code, 5) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("The list of pools can't be read: permission denied"));
}

}  // namespace
}  // namespace jobflip::cli
