#include "jobflip/core/incident_rules.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using enum IncidentStage;

constexpr WallTime kOpened{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}};

Incident stalled(std::optional<Millis> waited) {
  Incident incident;
  incident.kind = IncidentClass::queued;
  incident.opened_at = kOpened;
  incident.perceptible_after = 60s;
  incident.longest_wait = waited;
  incident.stages = {{.stage = onset, .at = kOpened - 30s},
                     {.stage = first_job, .at = kOpened + 60s}};
  return incident;
}

Incident judged(Incident incident) {
  judge_by_rule(incident, kOpened + 10min);
  return incident;
}

TEST(IncidentRules, WhatNobodyWaitedForIsMinor) {
  const auto incident = judged(stalled(59s));
  EXPECT_FALSE(incident.perceptible.value);
  EXPECT_FALSE(incident.downtime.value);
  EXPECT_EQ(incident.severity, Severity::minor);
}

TEST(IncidentRules, AStandstillThatSomebodyWaitedForIsDowntime) {
  const auto incident = judged(stalled(60s));
  EXPECT_TRUE(incident.perceptible.value);
  EXPECT_TRUE(incident.downtime.value);
  EXPECT_EQ(incident.severity, Severity::critical);
}

TEST(IncidentRules, AShortStandstillAfterALongWaitIsMajor) {
  auto incident = stalled(5min);
  incident.stages.front().at = kOpened + 1s;
  const auto out = judged(incident);
  EXPECT_TRUE(out.perceptible.value);
  EXPECT_FALSE(out.downtime.value);
  EXPECT_EQ(out.severity, Severity::major);
}

TEST(IncidentRules, SlownessIsNeverDowntime) {
  auto incident = stalled(1h);
  incident.kind = IncidentClass::slowness;
  const auto out = judged(incident);
  EXPECT_EQ(standstill(out, kOpened), std::nullopt);
  EXPECT_TRUE(out.perceptible.value);
  EXPECT_FALSE(out.downtime.value);
}

TEST(IncidentRules, WithoutAReadingTheStandstillCounts) {
  EXPECT_TRUE(judged(stalled(std::nullopt)).downtime.value) << "90 s";
  auto brief = stalled(std::nullopt);
  brief.stages.back().at = kOpened + 20s;
  EXPECT_FALSE(judged(brief).perceptible.value) << "50 s";
}

TEST(IncidentRules, AStandstillEndsWithWhatIsKnownFirst) {
  auto incident = stalled(1h);
  incident.stages.push_back({.stage = recovered, .at = kOpened + 5min});
  EXPECT_EQ(standstill(incident, kOpened + 10min), std::optional<Millis>{90s}) << "the first job";
  incident.stages.erase(incident.stages.begin() + 1);
  EXPECT_EQ(standstill(incident, kOpened + 10min), std::optional<Millis>{330s}) << "the recovery";
  incident.stages.pop_back();
  EXPECT_EQ(standstill(incident, kOpened + 10min), std::optional<Millis>{630s}) << "still open";
  incident.closed_at = kOpened + 7min;
  EXPECT_EQ(standstill(incident, kOpened + 10min), std::optional<Millis>{450s}) << "closed";
  incident.stages.clear();
  EXPECT_EQ(standstill(incident, kOpened + 10min), std::nullopt) << "no onset is known";
}

TEST(IncidentRules, AClockThatWentBackGivesNoLength) {
  auto incident = stalled(1h);
  incident.stages.back().at = kOpened - 1h;
  EXPECT_EQ(standstill(incident, kOpened), std::nullopt);
  EXPECT_EQ(between(incident, onset, first_job), std::nullopt);
}

TEST(IncidentRules, ADeploymentThatStoppedTheQueueIsDowntime) {
  auto incident = stalled(60s);
  incident.kind = IncidentClass::deployment;
  EXPECT_TRUE(judged(incident).downtime.value);
}

TEST(IncidentRules, AFirstJobBeforeTheOnsetIsOfAnotherPart) {
  auto merged = stalled(60s);
  merged.stages.push_back({.stage = first_job, .at = kOpened - 40s, .flip = FlipId{1}});
  EXPECT_EQ(reached(merged, first_job), kOpened + 60s);
  EXPECT_EQ(standstill(merged, kOpened + 10min), Millis{90s});
}

TEST(IncidentRules, OfSeveralFirstJobsTheFirstSinceTheOnsetCounts) {
  auto merged = stalled(60s);  // the onset is 30s before it was opened
  merged.stages.push_back({.stage = first_job, .at = kOpened + 20s, .flip = FlipId{1}});
  EXPECT_EQ(reached(merged, first_job), kOpened + 20s);
  merged.stages.push_back({.stage = first_job, .at = kOpened - 30s, .flip = FlipId{2}});
  EXPECT_EQ(reached(merged, first_job), kOpened - 30s) << "at the onset itself";
}

TEST(IncidentRules, ASeverityThatAPersonGaveOutlivesDowntimeByRule) {
  auto incident = stalled(5min);
  incident.severity = Severity::minor;
  incident.severity_by = "ada";
  EXPECT_TRUE(judged(incident).downtime.value);
  EXPECT_EQ(judged(incident).severity, Severity::minor);
}

TEST(IncidentRules, LeaveWhatAPersonDecided) {
  auto incident = stalled(5min);
  incident.downtime = {false, "ada"};
  incident.severity = Severity::critical;
  incident.severity_by = "ada";
  auto out = judged(incident);
  EXPECT_FALSE(out.downtime.value);
  EXPECT_EQ(out.severity, Severity::critical);
  out.severity_by.clear();
  EXPECT_EQ(judged(out).severity, Severity::major) << "by rule, with her decision on the downtime";
}

TEST(IncidentRules, OfAServiceCountFromTheOnsetAndSlownessIsNoDowntime) {
  struct Case {
    IncidentClass kind;
    int minutes;  // from the onset to the recovery
    Severity severity;
  };
  const WallTime begin{std::chrono::hours{500'000}};
  for (const Case c : {Case{IncidentClass::other, 2, Severity::critical},
                       Case{IncidentClass::other, 0, Severity::minor},
                       Case{IncidentClass::slowness, 2, Severity::major},
                       Case{IncidentClass::slowness, 0, Severity::minor}}) {
    Incident incident;
    incident.service = "web";
    incident.kind = c.kind;
    incident.cause = IncidentCause::service;
    incident.perceptible_after = Millis{60'000};
    incident.opened_at = begin;
    incident.closed_at = begin + std::chrono::hours{1};
    incident.stages = {
        {.stage = IncidentStage::onset, .at = begin},
        {.stage = IncidentStage::recovered, .at = begin + std::chrono::minutes{c.minutes}}};
    judge_by_rule(incident, begin + std::chrono::hours{2});
    EXPECT_EQ(incident.severity, c.severity) << name_of(c.kind) << " " << c.minutes;
    EXPECT_EQ(incident.downtime.value, c.severity == Severity::critical);
    EXPECT_FALSE(standstill(incident, begin)) << "its jobs do not stand";
  }
}

TEST(IncidentNames, AreReadAsTheyAreWritten) {
  for (std::size_t i = 0; i < kIncidentClasses; ++i) {
    const auto kind = static_cast<IncidentClass>(i);
    EXPECT_EQ(parse_incident_class(name_of(kind)), kind);
  }
  for (std::size_t i = 0; i < kIncidentStages; ++i) {
    const auto stage = static_cast<IncidentStage>(i);
    EXPECT_EQ(parse_incident_stage(name_of(stage)), stage);
  }
  using enum Severity;
  for (const auto severity : {minor, major, critical})
    EXPECT_EQ(parse_severity(name_of(severity)), severity);
  using enum IncidentCause;
  for (const auto cause : {verdict, node_loss, hold, flip, person, service})
    EXPECT_EQ(parse_incident_cause(name_of(cause)), cause);
  EXPECT_EQ(parse_incident_class("Queued"), std::nullopt);
}

}  // namespace
}  // namespace jobflip::core
