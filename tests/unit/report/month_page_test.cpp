/// What the report of a month says, and that no text breaks out of it.
#include "jobflip/report/month_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "jobflip/report/html.hpp"
#include "jobflip/report/markdown.hpp"
#include "jobflip/report/month_json.hpp"
#include "jobflip/view/json_text.hpp"
#include "report/month_sections.hpp"
#include "unit/report/golden.hpp"
#include "unit/report/sample_month.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string markdown(const MonthFacts& facts) {
  return markdown_of(month_page(facts));
}

TEST(MonthPage, IsTheOneThatWasRead) {
  const auto facts = full_month();
  const auto page = month_page(facts);
  expect_golden("month.md", markdown_of(page));
  expect_golden("month.html", html_of(page, without_library()));
  expect_golden("month.json", view::json_text(month_json(facts), 2) + "\n");
}

TEST(MonthPage, HasItsSectionsInThisOrder) {
  std::vector<std::string> ids;
  for (const auto& section : month_page(full_month()).sections) ids.push_back(section.id);
  EXPECT_THAT(ids, ElementsAre("summary", "uptime", "incidents", "response", "flips", "deployments",
                               "queues", "about"));
}

TEST(MonthPage, SaysThatThereAreNoData) {
  const auto text = markdown(empty_month());
  EXPECT_THAT(text, HasSubstr("No data for this month."));
  EXPECT_THAT(text, Not(HasSubstr("100 %")));
  auto facts = empty_month();
  facts.pools = {{PoolName::of("mail"), {{utc("2026-07-01 00:00:00"), facts.now}}, true, false}};
  facts.pools_since = utc("2026-07-01 00:00:00");
  EXPECT_THAT(markdown(facts), HasSubstr("What is known begins at 2026-07-01 00:00:00.000 UTC."));
  EXPECT_FALSE(month_json(facts)["has_data"].get<bool>());
  EXPECT_TRUE(month_json(facts)["pools"][0]["month"]["uptime"].is_null());
  EXPECT_TRUE(month_json(facts)["pools"][0]["met"].is_null());
}

TEST(MonthPage, OfARunningMonthSaysSo) {
  auto facts = full_month();
  EXPECT_THAT(markdown(facts), HasSubstr("# Report: June 2026\n"));
  EXPECT_THAT(markdown(facts), HasSubstr("From 2026-06-01 00:00 to 2026-07-01 00:00, "
                                         "Europe/Zurich (2026-05-31 22:00 to 2026-06-30 22:00 "
                                         "UTC)."));
  facts.now = utc("2026-06-15 22:00:00");
  EXPECT_THAT(markdown(facts), HasSubstr("# Report: June 2026, so far\n"));
  EXPECT_THAT(markdown(facts), HasSubstr("The month is not over"));
}

TEST(MonthPage, SaysFromWhenOnTheLogIsThere) {
  auto facts = full_month();
  EXPECT_THAT(markdown(facts), Not(HasSubstr("were exported and removed")));
  facts.pools[0].pruned = true;
  facts.pools[0].known.front().from = utc("2026-06-05 00:00:00");
  facts.log_since = utc("2026-06-05 00:00:00");
  const auto text = markdown(facts);
  EXPECT_THAT(text, HasSubstr("Old events of the audit log were exported and removed. Before the "
                              "first event that is left it is not known when mail was there"));
  EXPECT_THAT(text, HasSubstr("The audit log begins at 2026-06-05 00:00:00.000 UTC"));
}

TEST(MonthPage, CountsWhatDoesNotFit) {
  auto facts = full_month();
  facts.month.incidents_left_out = 7;
  EXPECT_THAT(markdown(facts), HasSubstr("7 more incidents are not in the figures, which have "
                                         "at most 10000."));
}

TEST(MonthPage, SaysIfTheClockWentBack) {
  auto facts = full_month();
  for (auto& stage : facts.month.incidents[0].stages)
    if (stage.stage == core::IncidentStage::first_job) stage.at -= 2h;
  EXPECT_THAT(markdown(facts), HasSubstr("1 standstill is left out: the clock went back"));
}

TEST(MonthPage, NeverRoundsDowntimeAway) {
  EXPECT_EQ(percent_text(1.0), "100 %");
  EXPECT_EQ(percent_text(0.9999999), "99.999 %");
  EXPECT_EQ(percent_text(0.99), "99.000 %");
  EXPECT_EQ(percent_text(0.99935), "99.935 %");
  EXPECT_EQ(percent_text(0.0), "0.000 %");
  EXPECT_EQ(percent_text(std::nullopt), "not known");
  EXPECT_EQ(minutes_text(1ms), "0.1");
  EXPECT_EQ(minutes_text(0ms), "0");
  EXPECT_EQ(minutes_text(90s), "1.5");
  EXPECT_EQ(minutes_text(-90s), "-1.5");
  EXPECT_EQ(minutes_text(2h), "120");
  EXPECT_EQ(points_text(0.999, 0.998), "+0.100");
  EXPECT_EQ(points_text(0.998, 0.999), "-0.100");
  EXPECT_EQ(points_text(0.999, 0.999), "0");
  EXPECT_EQ(points_text(0.999, std::nullopt), "-");
}

TEST(MonthPage, HasADayForEachDayOfTheMonth) {
  const auto page = month_page(full_month());
  ASSERT_EQ(page.bars.size(), 2u);
  EXPECT_EQ(page.bars[0].names.size(), 30u);
  EXPECT_EQ(page.bars[0].series.size(), 2u) << "mail and web had downtime";
  EXPECT_DOUBLE_EQ(page.bars[0].series[1].values[2], 8);
  EXPECT_EQ(page.bars[1].series[1].name, "May 2026");
}

TEST(MonthPage, GivesTheChartsOfManyPoolsOneColourForTheRest) {
  auto facts = full_month();
  facts.pools.clear();
  facts.services.clear();
  facts.month.incidents.clear();
  for (int i = 0; i < 9; ++i) {
    const auto name = PoolName::of("p" + std::to_string(i));
    facts.pools.push_back({name, {{facts.before.days.from(), facts.now}}, true, false});
    facts.month.incidents.push_back(down_from(i + 1, utc("2026-06-03 01:00:00"), 10min));
    facts.month.incidents.back().pool = name;
  }
  const auto page = month_page(facts);
  ASSERT_EQ(page.bars[0].series.size(), 7u);
  EXPECT_EQ(page.bars[0].series.back().name, "others");
  EXPECT_DOUBLE_EQ(page.bars[0].series.back().values[2], 30) << "of three of them";
}

/// As for a post-mortem: each text of somebody else's, in each format.
TEST(MonthPage, EscapesTextsFromOutside) {
  const std::string text = "<script>x</script>|`[a](http://b)\"'\x1b[2J\u202e\n# h @all";
  const auto facts = hostile_month(text);
  const auto page = month_page(facts);
  const auto html = html_of(page, {{"", ""}, {"", ""}, {"", ""}});
  EXPECT_THAT(html, Not(HasSubstr("<script>x")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  const auto md = markdown_of(page);
  EXPECT_THAT(md, Not(HasSubstr("[a](http")));
  EXPECT_THAT(md, Not(HasSubstr("\n# h")));
  EXPECT_THAT(md, Not(HasSubstr("@all")));
  EXPECT_THAT(md, Not(HasSubstr("\u202e")));
  const auto json = view::json_text(month_json(facts), 2);
  EXPECT_THAT(json, Not(HasSubstr("\x1b")));
  EXPECT_THAT(json, Not(HasSubstr("\u202e")));
}

TEST(MonthPage, OfManyIncidentsIsSmallAndQuick) {
  const auto begin = std::clock();  // of the processor: others may use the machine, too
  const auto html = html_of(month_page(large_month(kMostMonthIncidents)));
  EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC);
  EXPECT_LT(html.size(), 400'000u);
}

}  // namespace
}  // namespace jobflip::report
