/// An incident from a flip, and which readings a page needs.
#include "jobflip/report/derived.hpp"

#include <gtest/gtest.h>

#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using enum core::IncidentStage;

core::FlipTimeline some_flip() {
  return full_facts().flips[0];
}

TEST(Derived, TakesTheStagesFromTheFlipAndItsEvidence) {
  const auto incident = incident_of(some_flip(), {series_of("email")});
  EXPECT_EQ(reached(incident, onset), at(0ms)) << "quiet for 90 s";
  EXPECT_EQ(reached(incident, detected), at(60s)) << "STALLED for 30 s";
  EXPECT_EQ(reached(incident, decided), at(90s));
  EXPECT_EQ(reached(incident, stopped), at(92'100ms));
  EXPECT_EQ(reached(incident, granted), at(92'300ms));
  EXPECT_EQ(reached(incident, started), at(93s));
  EXPECT_EQ(incident.cause, core::IncidentCause::verdict);
  EXPECT_EQ(incident.flips, std::vector{FlipId{7}});
}

TEST(Derived, TakesTheCureFromTheReadings) {
  const auto incident = incident_of(some_flip(), {series_of("email", 500ms)});
  EXPECT_EQ(reached(incident, first_job), at(95'500ms)) << "its reading, before it was recorded";
  EXPECT_EQ(reached(incident, recovered), at(150s));
  EXPECT_EQ(incident.closed_at, at(150s));
  EXPECT_EQ(incident.most_waiting, 193);
}

TEST(Derived, TakesTheRecordedCureIfReadingsAreLater) {
  const auto incident = incident_of(some_flip(), {series_of("email")});
  EXPECT_EQ(reached(incident, first_job), at(97s)) << "the reading was at 100 s";
}

TEST(Derived, KnowsNothingThatNobodySaw) {
  auto flip = some_flip();
  flip.evidence = "{}";
  flip.flip.state = core::FlipState::ineffective;
  const auto incident = incident_of(flip, {});
  EXPECT_FALSE(reached(incident, onset));
  EXPECT_FALSE(reached(incident, detected));
  EXPECT_FALSE(reached(incident, first_job)) << "it ended, and no job completed";
  EXPECT_FALSE(reached(incident, recovered));
  EXPECT_EQ(incident.closed_at, flip.flip.ended_at);
  EXPECT_FALSE(incident.most_waiting);
}

TEST(Derived, WaitsForTheLastQueueInTrouble) {
  auto stuck = series_of("push");
  stuck.well_again = {};
  EXPECT_FALSE(reached(incident_of(some_flip(), {series_of("email"), stuck}), recovered));
  stuck.in_trouble = false;
  EXPECT_TRUE(reached(incident_of(some_flip(), {series_of("email"), stuck}), recovered));
  auto later = series_of("push");
  later.well_again = at(200s);
  EXPECT_EQ(reached(incident_of(some_flip(), {series_of("email"), later}), recovered), at(200s));
}

TEST(Derived, NamesTheWorstQueueOfEachStage) {
  auto worse = series_of("push");
  for (auto& point : worse.points) point.oldest = 1h;
  const auto incident = incident_of(some_flip(), {series_of("email"), worse});
  for (const auto& stage : incident.stages) EXPECT_EQ(stage.queue, "push");
  EXPECT_EQ(incident.stages[0].oldest, Millis{1h});
}

TEST(Derived, TellsALostNodeAndAFlipByHandFromAVerdict) {
  auto flip = some_flip();
  flip.evidence = "{}";
  flip.steps[2].state = "expired";
  EXPECT_EQ(incident_of(flip, {}).cause, core::IncidentCause::node_loss);
  EXPECT_EQ(incident_of(flip, {}).kind, core::IncidentClass::node);
  flip.flip.automatic = false;
  EXPECT_EQ(incident_of(flip, {}).cause, core::IncidentCause::flip);
  EXPECT_EQ(incident_of(flip, {}).kind, core::IncidentClass::other) << "nothing was ill";
  flip.evidence = some_flip().evidence;
  EXPECT_EQ(incident_of(flip, {}).kind, core::IncidentClass::queued);
}

TEST(DerivedRange, LeavesAsMuchAroundAsTheTroubleLasted) {
  const auto facts = full_facts();
  const auto range = range_of(facts.incident, at(24h), 10s);
  EXPECT_EQ(range.onset, at(0ms));
  EXPECT_EQ(range.over, at(150s));
  EXPECT_EQ(range.since, at(-150s));
  EXPECT_EQ(range.until, at(300s) + 1ms);
  EXPECT_EQ(range.started, at(93s));
}

TEST(DerivedRange, LeavesAtLeastAndAtMostSoMuch) {
  auto incident = full_facts().incident;
  EXPECT_EQ(range_of(incident, at(24h), 5min).since, at(-5min));
  incident.stages.back().at = at(10h);
  EXPECT_EQ(range_of(incident, at(24h), 10s).since, at(-15min));
  EXPECT_EQ(range_of(incident, at(24h), 10s).until, at(10h + 15min) + 1ms);
}

TEST(DerivedRange, EndsNowAtTheLatest) {
  auto incident = full_facts().incident;
  EXPECT_EQ(range_of(incident, at(160s), 10s).until, at(160s) + 1ms);
  incident.closed_at = {};
  incident.stages.pop_back();
  const auto open = range_of(incident, at(200s), 10s);
  EXPECT_EQ(open.over, at(200s));
  EXPECT_EQ(open.until, at(200s) + 1ms);
}

TEST(DerivedRange, OfAFlipGoesOnAfterItsEndToSeeTheRecovery) {
  const auto range = range_of(some_flip(), at(24h), 10s);
  EXPECT_EQ(range.since, at(-10s));
  EXPECT_EQ(range.until, at(97s + 15min) + 1ms);
  EXPECT_FALSE(range.over);
  EXPECT_EQ(range_of(some_flip(), at(100s), 10s).until, at(100s) + 1ms);
}

}  // namespace
}  // namespace jobflip::report
