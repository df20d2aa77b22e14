/// What belongs to the incident, and what happened around it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/markdown.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The part of the page under the heading, up to the next one of its kind.
std::string part_of(const Facts& facts, const std::string& heading) {
  const auto text = markdown_of(assemble(facts));
  const auto begin = text.find(heading + "\n");
  if (begin == std::string::npos) return "";
  const auto end = std::min(text.find("\n#", begin + 1), text.size());
  return text.substr(begin, end - begin);
}

core::AuditEvent event_of(const std::string& kind, Millis after, const std::string& payload) {
  core::AuditEvent out;
  out.chain = "mail";
  out.kind = kind;
  out.at = at(after);
  out.actor = "eve";
  out.reason = "marked";
  out.payload = payload;
  return out;
}

TEST(Neighbours, AreUnderAHeadingOfTheirOwn) {
  auto facts = full_facts();
  facts.events.push_back(event_of("undrained", 155s, "{}"));
  EXPECT_THAT(part_of(facts, "### Around the incident"),
              AllOf(HasSubstr("database upgrade"), HasSubstr("may take pools again: marked")));
  EXPECT_THAT(part_of(facts, "## Timeline"),
              AllOf(Not(HasSubstr("database upgrade")), Not(HasSubstr("marked"))));
  facts.events = {event_of("undrained", 145s, "{}")};
  EXPECT_THAT(part_of(facts, "## Timeline"), HasSubstr("may take pools again: marked"));
  EXPECT_EQ(part_of(facts, "### Around the incident"), "");
}

TEST(Neighbours, AreTheEventsThatNameAnotherIncidentOrFlip) {
  auto facts = full_facts();
  auto other_flip = event_of("acknowledged", 100s, "{}");
  other_flip.flip = 6;
  facts.events = {event_of("incident_closed", 1s, R"({"incident":11})"), other_flip};
  EXPECT_THAT(part_of(facts, "### Around the incident"),
              AllOf(HasSubstr("incident 11 is over"), HasSubstr("flip 6 is lifted")));
  facts.events = {event_of("incident_closed", 151s, R"({"incident":12})")};
  EXPECT_THAT(part_of(facts, "## Timeline"), HasSubstr("incident 12 is over")) << "its own";
}

TEST(Deployments, AreThoseNearTheIncident) {
  auto facts = full_facts();
  auto& one = facts.incident.deployments.at(0);
  one.state = core::DeploymentState::rolled_back;
  one.flip_back = FlipId{8};
  EXPECT_THAT(part_of(facts, "## Deployments"),
              AllOf(HasSubstr("| 12 | 4.2.1 |"), HasSubstr("| 8m00s |"), HasSubstr("rolled back"),
                    HasSubstr("flip 6, back with flip 8"), HasSubstr("Before the onset")));
  one.started_at = at(1h);
  EXPECT_THAT(part_of(facts, "## Deployments"), HasSubstr("it began later"));
  facts.incident.deployments.clear();
  EXPECT_THAT(part_of(facts, "## Deployments"), HasSubstr("No deployment was marked"));
  facts.of_flip = true;
  EXPECT_EQ(part_of(facts, "## Deployments"), "");
}

TEST(Neighbours, HoldsAndRefusalsAreNotCounted) {
  auto facts = full_facts();
  facts.incident.holds = 1;
  facts.events = {event_of("hold", -10s, R"({"rule":"budget"})"),
                  event_of("hold", 70s, R"({"rule":"cooldown"})"),
                  event_of("flip_refused", 200s, R"({"rule":"flip-open"})")};
  EXPECT_THAT(part_of(facts, "## Summary"),
              HasSubstr("1 flip was held back by rule cooldown (listed below)."));
  EXPECT_THAT(
      part_of(facts, "## What was held or refused, and why"),
      AllOf(HasSubstr("cooldown"), Not(HasSubstr("budget")), Not(HasSubstr("**refused**"))));
  facts.incident.holds = 0;
  facts.events.resize(1);
  EXPECT_THAT(part_of(facts, "## What was held or refused, and why"),
              HasSubstr("Nothing: no flip"));
}

TEST(Neighbours, HoldsAreCountedAsTheStoreCountedThem) {
  EXPECT_THAT(part_of(full_facts(), "## Summary"),
              HasSubstr("3 flips were held back by rule hold-down; 1 request was refused (listed "
                        "below)."));
  auto facts = full_facts();
  facts.events.clear();
  EXPECT_THAT(part_of(facts, "## Summary"), HasSubstr("3 flips were held back."));
}

TEST(Neighbours, APauseThatHeldAFlipBackHasItsPersonAndReason) {
  auto facts = full_facts();
  facts.incident.holds = 1;
  facts.events[1].payload = R"({"rule":"pause"})";
  facts.events.resize(2);
  EXPECT_THAT(
      part_of(facts, "## Summary"),
      HasSubstr("1 flip was held back by a pause by ann: database upgrade (listed below)."));
}

TEST(Neighbours, TheBacklogAtTheEndIsThatOfTheRecovery) {
  auto facts = full_facts();
  for (auto& point : facts.queues[0].points)
    if (point.at > at(150s)) point.waiting = 777;
  EXPECT_THAT(part_of(facts, "## The queues"),
              HasSubstr("At the end of the incident 3 jobs were waiting."));
  facts.incident.stages.pop_back();
  facts.incident.closed_at = {};
  EXPECT_THAT(part_of(facts, "## The queues"),
              HasSubstr("At the last reading 777 jobs were waiting."));
}

TEST(Neighbours, ReadingsThatEndBeforeTheIncidentAreSaidToEnd) {
  auto facts = full_facts();
  EXPECT_THAT(part_of(facts, "## The queues"), Not(HasSubstr("before the incident")));
  auto& series = facts.queues[0];
  std::erase_if(series.points, [](const Point& point) { return point.at > at(100s); });
  series.last = series.points.back().at;
  EXPECT_THAT(part_of(facts, "## The queues"),
              AllOf(HasSubstr("At the last reading, before the incident was over,"),
                    HasSubstr("The readings of queue email end at 03:01:40.000 UTC (04:01:40.000 "
                              "CET), before the incident did: what came after is not known.")));
}

TEST(Neighbours, AQueueWithoutAReadingIsNotSaidToBeWell) {
  auto facts = full_facts();
  SeriesRange range;
  range.since = at(0ms);
  range.until = at(1min);
  facts.queues.push_back(
      SeriesBuilder{QueueName::of("fax"), core::DoneKind::queue, range}.finish());
  EXPECT_THAT(part_of(facts, "## The queues"), HasSubstr("| fax | not known | "));
  EXPECT_THAT(part_of(facts, "## The queues"), HasSubstr("| push | no | "));
}

}  // namespace
}  // namespace jobflip::report
