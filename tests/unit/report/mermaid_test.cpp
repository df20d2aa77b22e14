/// Charts as text in Markdown.
#include "report/mermaid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/markdown.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// The blocks are in the part of the language that was seen to be drawn.
bool is_drawable(const std::string& text) {
  static const std::string number = "[0-9]+(\\.[0-9]+)?";
  static const std::regex block{
      "```mermaid\n%%\\{init: \\{[\"A-Za-z:{ #0-9]+\\}\\}\\}\\}%%\nxychart-beta\n"
      "    title \"[A-Za-z ]+\"\n"
      "    x-axis (\"[a-z]+ after [0-9:]{8} UTC\" 0 --> " +
      number +
      "|\\[\"[A-Za-z0-9 -]+\"(, \"[A-Za-z0-9 -]+\")*\\])\n"
      "    y-axis \"[a-z]+\" 0 --> " +
      number +
      "\n"
      "    (line|bar) \\[" +
      number + "(, " + number + ")*\\]\n```\n\n"};
  auto rest = text;
  while (!rest.empty()) {
    const auto end = rest.find("```\n\n");
    if (end == std::string::npos || !std::regex_match(rest.substr(0, end + 5), block)) return false;
    rest.erase(0, end + 5);
  }
  return true;
}

Chart chart_of(std::size_t points) {
  Chart chart;
  chart.queue = "a\"]\n```\n<script>";
  for (std::size_t i = 0; i < points; ++i) {
    Point point;
    point.at = at(i * 1s);
    point.read = true;
    point.waiting = static_cast<std::int64_t>(i);
    point.oldest = i * 1s;
    chart.points.push_back(point);
  }
  return chart;
}

TEST(Mermaid, HasNumbersAndOurOwnWordsOnly) {
  for (const std::size_t points : {2, 3, 59, 60, 61, 600})
    EXPECT_TRUE(is_drawable(mermaid_of(chart_of(points)))) << mermaid_of(chart_of(points));
  EXPECT_FALSE(is_drawable("```mermaid\nx\n```\n\n")) << "the test can tell";
}

TEST(Mermaid, DrawsNothingOfASingleReading) {
  EXPECT_EQ(mermaid_of(chart_of(0)), "");
  EXPECT_EQ(mermaid_of(chart_of(1)), "");
}

TEST(Mermaid, KeepsPeaksAndHasFewPoints) {
  auto chart = chart_of(600);
  for (auto& point : chart.points) point.waiting = 1;
  chart.points[301].waiting = 777;
  const auto text = mermaid_of(chart);
  EXPECT_THAT(text, HasSubstr("777"));
  EXPECT_THAT(text, HasSubstr("0 --> 777\n"));
  const auto line = text.substr(text.find("line ["), text.find("]\n```") - text.find("line ["));
  EXPECT_EQ(std::ranges::count(line, ','), std::ssize(std::string(kMostMermaidPoints - 1, ' ')));
}

TEST(Mermaid, GoesOnWithTheReadingBeforeAGap) {
  auto chart = chart_of(4);
  chart.points[2].read = false;
  EXPECT_THAT(mermaid_of(chart), HasSubstr("line [0, 1, 1, 3]"));
}

TEST(Mermaid, MeasuresInUnitsThatPeopleRead) {
  auto chart = chart_of(2);
  EXPECT_THAT(mermaid_of(chart), HasSubstr("x-axis \"seconds after 03:00:00 UTC\" 0 --> 1\n"));
  chart.points[1].at = at(90min);
  EXPECT_THAT(mermaid_of(chart), HasSubstr("x-axis \"minutes after 03:00:00 UTC\" 0 --> 90\n"));
  chart.points[1].at = at(36h);
  chart.points[1].oldest = 20min;
  EXPECT_THAT(mermaid_of(chart), HasSubstr("x-axis \"hours after 03:00:00 UTC\" 0 --> 36\n"));
  EXPECT_THAT(mermaid_of(chart), HasSubstr("y-axis \"minutes\" 0 --> 20\n"));
}

TEST(Mermaid, AddsStackedBarsUp) {
  BarChart chart{
      "Downtime per day", "", "minutes", {"1", "2"}, {{"a\"", {1.5, 0}}, {"b", {2, 3}}}, true};
  EXPECT_TRUE(is_drawable(mermaid_of(chart)));
  EXPECT_THAT(mermaid_of(chart), HasSubstr("bar [3.5, 3]"));
  chart.stacked = false;
  EXPECT_EQ(mermaid_of(chart), "") << "the language draws one over the other";
  chart.series.pop_back();
  EXPECT_THAT(mermaid_of(chart), HasSubstr("bar [1.5, 0]"));
  chart.names[0] = "1\"]";
  EXPECT_EQ(mermaid_of(chart), "") << "not a plain name";
}

TEST(Mermaid, IsInThePageOfAnIncidentWithHostileNames) {
  const auto text = markdown_of(assemble(hostile_facts("x\"]\n```\nclick")));
  std::size_t blocks = 0;
  for (auto from = text.find("```mermaid"); from != std::string::npos;
       from = text.find("```mermaid", from + 1)) {
    const auto end = text.find("```\n\n", from + 3);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(is_drawable(text.substr(from, end + 5 - from)));
    ++blocks;
  }
  EXPECT_GE(blocks, 2u);
}

}  // namespace
}  // namespace jobflip::report
