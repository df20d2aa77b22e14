// An incident that a flip or a person had opened, and that turns out to be an outage.

#include <algorithm>

#include "contract/incident_contract.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::IncidentClass;
using core::IncidentReport;
using core::IncidentStage;

TEST_P(IncidentContract, OfAPersonGetsTheOnsetAndTheClassOfAVerdict) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(oper().open_incident(mail, IncidentClass::other, person("odd"))->changed);
  ASSERT_TRUE(view().incident);
  EXPECT_FALSE(view().incident->has_onset);
  auto report = report_of(leader, IncidentReport::What::open);
  report.ago = Millis{5000};
  ASSERT_TRUE(report_incident(report));
  auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::queued);
  EXPECT_EQ(incident.sentence, "odd") << "what opened it stays";
  EXPECT_TRUE(reached(incident, IncidentStage::onset));
  EXPECT_TRUE(view().incident->has_onset);
  const auto onset = reached(incident, IncidentStage::onset);
  report.ago = Millis{1000};
  report.kind = IncidentClass::store;
  ASSERT_TRUE(report_incident(report));
  incident = only();
  EXPECT_EQ(reached(incident, IncidentStage::onset), onset) << "the first one counts";
  EXPECT_EQ(incident.kind, IncidentClass::queued);
}

TEST_P(IncidentContract, KeepsTheClassThatItHasByRuleOrByAPerson) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(oper().open_incident(mail, IncidentClass::deployment, person("4.2"))->changed);
  auto report = report_of(leader, IncidentReport::What::open);
  report.ago = Millis{5000};
  ASSERT_TRUE(report_incident(report));
  EXPECT_EQ(only().kind, IncidentClass::deployment);
  EXPECT_TRUE(reached(only(), IncidentStage::onset));
  using What = core::IncidentChange::What;
  ASSERT_TRUE(change(only(), What::kind, "other").changed);
  ASSERT_TRUE(report_incident(report));
  EXPECT_EQ(only().kind, IncidentClass::other) << "a person decided it";
}

TEST_P(IncidentContract, AFlipThatDidNotCureIsAnOutageFromTheStopOn) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::started);
  EXPECT_EQ(only().kind, IncidentClass::other);
  EXPECT_FALSE(reached(only(), IncidentStage::onset));
  ASSERT_TRUE(judge(leader, id, FlipEvent::not_cured));
  const auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::queued);
  EXPECT_EQ(reached(incident, IncidentStage::onset), reached(incident, IncidentStage::stopped));
  EXPECT_TRUE(reached(incident, IncidentStage::onset));
}

TEST_P(IncidentContract, AFlipThatCuredIsNoOutage) {
  const Epoch leader = elect();
  const Epoch held = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, held, FlipState::started);
  ASSERT_TRUE(judge(leader, id, FlipEvent::completed));
  EXPECT_EQ(only().kind, IncidentClass::other);
  EXPECT_FALSE(reached(only(), IncidentStage::onset));
}

}  // namespace
}  // namespace jobflip::test
