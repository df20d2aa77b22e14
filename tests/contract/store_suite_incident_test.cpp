// Incidents: what opens and closes them, their stages, and what a person changes.

#include <algorithm>

#include "contract/incident_contract.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::Incident;
using core::IncidentCause;
using core::IncidentClass;
using core::IncidentReport;
using core::IncidentStage;
using What = core::IncidentChange::What;

TEST_P(IncidentContract, AFlipByHandOpensOneAndItsStepsAreItsStages) {
  const Epoch first = hold(job1);
  EXPECT_TRUE(all().empty());
  const FlipId id = flip(job2);
  carry_out(id, first, FlipState::started);
  const auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::other);
  EXPECT_EQ(incident.cause, IncidentCause::flip);
  EXPECT_EQ(incident.pool, mail);
  EXPECT_EQ(incident.flips, std::vector<FlipId>{id});
  EXPECT_EQ(flip_view(id).incident, std::optional{incident.id});
  EXPECT_EQ(stages_of(incident),
            (std::vector<std::string>{"detected", "decided", "stopped", "granted", "started"}));
  for (const auto& stage : incident.stages)
    EXPECT_EQ(stage.flip.has_value(), stage.stage != IncidentStage::detected);
  EXPECT_FALSE(incident.closed_at);
  ASSERT_TRUE(view().incident.has_value());
  EXPECT_EQ(view().incident->id, incident.id);
  EXPECT_EQ(view().incident->cause, IncidentCause::flip);
}

TEST_P(IncidentContract, AFlipOfAStalledQueueOpensOneOfItsClass) {
  hold(job1);
  flip_by_stall(job2);
  const auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::queued);
  EXPECT_EQ(incident.cause, IncidentCause::flip);
}

TEST_P(IncidentContract, ATakeoverIsAFlipWithANumberStepsAndAnOutcome) {
  const Epoch first = hold(job1);
  pass(timings.takeover_after + Millis{100});
  beat(job2);
  const auto taken = take(take_of(job2));
  ASSERT_EQ(taken.outcome, core::TakeOutcome::taken) << taken.sentence;
  ASSERT_TRUE(taken.flip.has_value());
  auto flip = flip_view(*taken.flip);
  EXPECT_TRUE(flip.takeover);
  EXPECT_FALSE(flip.automatic);
  EXPECT_EQ(flip.state, FlipState::taken);
  EXPECT_EQ(flip.from, job1);
  EXPECT_EQ(flip.to, job2);
  EXPECT_EQ(flip.from_epoch, first);
  EXPECT_EQ(flip.epoch, taken.epoch);
  beat(job2, {{mail, taken.epoch}});
  EXPECT_EQ(step(job2, flip.id, FlipEvent::started), core::FlipStepOutcome::done);
  const auto answer = ask(flip_to(job1));
  EXPECT_FALSE(answer.accepted) << "it is open";
  EXPECT_TRUE(judge(elect(), flip.id, FlipEvent::completed));
  EXPECT_EQ(state_of(flip.id), FlipState::verified);
  EXPECT_FALSE(view().cooldown) << "nobody's flip has cooled";
  const auto history = reader().history({mail, 10, {}});
  ASSERT_TRUE(history.has_value());
  const auto entry =
      std::ranges::find(*history, core::HistoryKind::takeover, &core::HistoryEntry::kind);
  ASSERT_NE(entry, history->end());
  EXPECT_EQ(entry->flip, flip.id);
  EXPECT_EQ(entry->outcome, "verified");
  EXPECT_EQ(std::ranges::count(*history, core::HistoryKind::takeover, &core::HistoryEntry::kind),
            1);
  const auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::node);
  EXPECT_EQ(incident.cause, IncidentCause::node_loss);
  EXPECT_EQ(incident.flips, std::vector<FlipId>{flip.id});
}

TEST_P(IncidentContract, ATakeoverOfATakeoverHasANumberOfItsOwn) {
  hold(job1);
  pass(timings.takeover_after + Millis{100});
  beat(job2);
  const auto first = take(take_of(job2));
  ASSERT_TRUE(first.flip.has_value()) << first.sentence;
  pass(timings.takeover_after + Millis{100});
  beat(job3);
  const auto second = take(take_of(job3));
  ASSERT_TRUE(second.flip.has_value()) << second.sentence;
  EXPECT_NE(*first.flip, *second.flip);
  EXPECT_EQ(state_of(*first.flip), FlipState::failed) << "superseded";
  EXPECT_EQ(flip_view(*second.flip).from, job2);
  EXPECT_EQ(only().flips.size(), 2u) << "one trouble";
}

TEST_P(IncidentContract, ASupervisorOpensItOnceAndClosesIt) {
  const Epoch leader = elect();
  hold(job1);
  auto report = report_of(leader, IncidentReport::What::open);
  report.ago = Millis{5000};
  ASSERT_TRUE(report_incident(report));
  ASSERT_TRUE(report_incident(report)) << "again: it is the same";
  auto incident = only();
  EXPECT_EQ(incident.cause, IncidentCause::verdict);
  EXPECT_EQ(incident.sentence, report.sentence);
  EXPECT_EQ(incident.opened_by, "supervisor sup1");
  EXPECT_EQ(stages_of(incident), (std::vector<std::string>{"onset", "detected"}));
  EXPECT_EQ(
      core::between(incident, IncidentStage::onset, IncidentStage::detected).value_or(Millis{}) >=
          Millis{4900},
      true);
  const auto close = report_of(leader, IncidentReport::What::close);
  ASSERT_TRUE(report_incident(close));
  ASSERT_TRUE(report_incident(close)) << "again: nothing is open";
  incident = only();
  EXPECT_TRUE(incident.closed_at.has_value());
  EXPECT_EQ(stages_of(incident).back(), "recovered");
  EXPECT_FALSE(view().incident);
  ASSERT_TRUE(report_incident(report));
  EXPECT_EQ(all().size(), 2u) << "another trouble";
  EXPECT_EQ(all({.pool = mail, .open_only = true}).size(), 1u);
  EXPECT_EQ(all({.pool = paper}).size(), 0u);
  EXPECT_EQ(all({.kind = IncidentClass::node}).size(), 0u);
  EXPECT_EQ(all({.kind = IncidentClass::queued}).size(), 2u);
}

TEST_P(IncidentContract, AreFoundUnlessTheyWereOverBefore) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  const auto open = only();
  const WallTime later = open.opened_at + std::chrono::hours{1};
  EXPECT_EQ(all({.not_over_before = later}).size(), 1u) << "it is open";
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::close)));
  EXPECT_EQ(all({.not_over_before = only().closed_at}).size(), 1u);
  EXPECT_EQ(all({.not_over_before = later}).size(), 0u);
}

TEST_P(IncidentContract, AListHasTheirDecision) {
  const Epoch leader = elect();
  hold(job1);
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  EXPECT_FALSE(reached(all().front(), IncidentStage::decided));
  flip(job2);
  const auto one = only();
  const auto list = all();
  EXPECT_TRUE(reached(one, IncidentStage::decided));
  EXPECT_EQ(reached(list.front(), IncidentStage::decided), reached(one, IncidentStage::decided));
}

TEST_P(IncidentContract, OnlyTheLeaderReportsOne) {
  const Epoch leader = elect();
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::close)));
  EXPECT_FALSE(report_incident(report_of(Epoch{leader.value - 1}, IncidentReport::What::open)));
  EXPECT_EQ(all({.open_only = true}).size(), 0u);
}

TEST_P(IncidentContract, TheFirstJobBelongsToItsFlip) {
  const Epoch leader = elect();
  const Epoch first = hold(job1);
  const FlipId id = flip(job2);
  carry_out(id, first, FlipState::started);
  auto report = report_of(leader, IncidentReport::What::first_job);
  report.flip = id;
  report.ago = Millis{0};
  ASSERT_TRUE(report_incident(report));
  ASSERT_TRUE(report_incident(report));
  const auto incident = only();
  EXPECT_EQ(
      std::ranges::count(incident.stages, IncidentStage::first_job, &core::StageReached::stage), 1);
  EXPECT_EQ(incident.stages.back().flip, id);
  report.flip = FlipId{4711};
  EXPECT_TRUE(report_incident(report)) << "of no flip: nothing happens";
}

TEST_P(IncidentContract, KeepsTheWorstFigures) {
  const Epoch leader = elect();
  hold(job1);
  publish(leader, 500, Millis{900'000});
  ASSERT_TRUE(report_incident(report_of(leader, IncidentReport::What::open)));
  publish(leader, 10, Millis{20'000});
  publish(leader, 30, Millis{50'000});
  publish(leader, 20, Millis{70'000});
  publish(leader, 1, Millis{1'000});
  publish(leader, 0, std::nullopt);  // no job is due: none is old
  auto incident = only();
  EXPECT_EQ(incident.most_waiting, std::optional<std::int64_t>{30}) << "not what was before";
  EXPECT_EQ(incident.longest_wait, std::optional<Millis>{70'000});
  EXPECT_TRUE(incident.perceptible.value);
  EXPECT_EQ(incident.severity, core::Severity::major) << "no onset is known";
}

TEST_P(IncidentContract, AHoldOpensOneAndIsCounted) {
  const Epoch leader = elect();
  const Epoch first = hold(job1);
  for (int i = 0; i < 2; ++i) {
    const auto led =
        supervisor(sup1).record_hold({sup1, leader, mail, "pause", "paused: a test", ""});
    ASSERT_TRUE(led && *led);
  }
  const auto incident = only();
  EXPECT_EQ(incident.cause, IncidentCause::hold);
  EXPECT_EQ(incident.holds, 2);
  const FlipId id = flip(job2);
  carry_out(id, first, FlipState::started);
  EXPECT_EQ(only().flips, std::vector<FlipId>{id}) << "the same trouble";
}

TEST_P(IncidentContract, APersonOpensNotesLabelsDecidesAndCloses) {
  const auto opened = oper().open_incident(mail, IncidentClass::deployment, person("release 4.2"));
  ASSERT_TRUE(opened && opened->accepted);
  const auto again = oper().open_incident(mail, IncidentClass::other, person());
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->accepted);
  EXPECT_EQ(again->rule, "open");
  auto incident = only();
  EXPECT_EQ(incident.kind, IncidentClass::deployment);
  EXPECT_EQ(incident.cause, IncidentCause::person);

  EXPECT_TRUE(change(incident, What::note, "", "the mail server <moved>\n2nd line").changed);
  EXPECT_TRUE(change(incident, What::label, "vendor").changed);
  EXPECT_FALSE(change(incident, What::label, "vendor").changed) << "it has it";
  EXPECT_TRUE(change(incident, What::label, "again").changed);
  EXPECT_TRUE(change(incident, What::unlabel, "again").changed);
  EXPECT_FALSE(change(incident, What::unlabel, "again").changed);
  EXPECT_TRUE(change(incident, What::downtime, "yes").changed);
  EXPECT_TRUE(change(incident, What::kind, "slowness").changed);
  EXPECT_FALSE(change(incident, What::kind, "slowness").changed);
  incident = only();
  ASSERT_EQ(incident.notes.size(), 1u);
  EXPECT_EQ(incident.notes.front().text, "the mail server <moved>\n2nd line");
  EXPECT_EQ(incident.labels, std::vector<std::string>{"vendor"});
  EXPECT_TRUE(incident.downtime.value);
  EXPECT_NE(incident.downtime.by, "");
  EXPECT_EQ(incident.kind, IncidentClass::slowness);
  EXPECT_NE(incident.kind_by, "");
  EXPECT_EQ(incident.severity, core::Severity::critical) << "by rule: it is downtime";
  EXPECT_TRUE(change(incident, What::downtime, "rule").changed);
  EXPECT_FALSE(only().downtime.value);
  EXPECT_TRUE(change(incident, What::close, "").changed);
  EXPECT_FALSE(change(incident, What::close, "").changed);
  EXPECT_TRUE(only().closed_at.has_value());
}

TEST_P(IncidentContract, TakesEveryClassThatTheProgramKnows) {
  using enum IncidentClass;
  ASSERT_TRUE(oper().open_incident(mail, other, person()).has_value());
  for (const auto kind : {queued, deployment, slowness, node, store, other}) {
    EXPECT_TRUE(change(only(), What::kind, std::string{name_of(kind)}).changed);
    EXPECT_EQ(only().kind, kind);
  }
}

TEST_P(IncidentContract, EachChangeIsAnEventOfThePool) {
  const auto before = events_of();
  ASSERT_TRUE(oper().open_incident(mail, IncidentClass::other, person()).has_value());
  EXPECT_EQ(events_of(), before + 1);
  const auto incident = only();
  change(incident, What::note, "", "a remark");
  change(incident, What::label, "vendor");
  EXPECT_EQ(events_of(), before + 3);
  change(incident, What::label, "vendor");
  EXPECT_EQ(events_of(), before + 3) << "nothing changed";
  change(incident, What::close, "");
  const auto events = reader().audit({.chain = "mail", .newest_first = true});
  ASSERT_TRUE(events.has_value());
  std::vector<std::string> kinds;
  for (const auto& event : *events) kinds.push_back(event.kind);
  for (const std::string kind : {"incident_opened", "incident_changed", "incident_closed"})
    EXPECT_NE(std::ranges::find(kinds, kind), kinds.end()) << kind;
}

TEST_P(IncidentContract, WhatIsNotThereIsNotFound) {
  EXPECT_FALSE(reader().incident(IncidentId{4711}).has_value());
  const auto answer = oper().change_incident({IncidentId{4711}, What::close, ""}, person());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace jobflip::test
