#include "unit/report/sample_month.hpp"

#include "jobflip/base/time_text.hpp"

namespace jobflip::report {
namespace {

using namespace std::chrono_literals;
using core::HistoryKind;
using core::IncidentClass;
using core::IncidentStage;

core::HistoryEntry entry(HistoryKind kind, WallTime at, const std::string& actor,
                         const std::string& outcome) {
  core::HistoryEntry out;
  out.at = at;
  out.pool = PoolName::of("mail");
  out.kind = kind;
  out.actor = actor;
  out.outcome = outcome;
  out.from = "job1";
  out.to = "job2";
  if (kind == HistoryKind::flip || kind == HistoryKind::takeover) out.to_active = 5s;
  return out;
}

core::Incident slow_one(std::int64_t id, const std::string& pool, WallTime opened) {
  core::Incident out;
  out.id = IncidentId{id};
  out.pool = PoolName::of(pool);
  out.kind = IncidentClass::slowness;
  out.sentence = "queue push is LAGGING";
  out.opened_at = opened;
  out.closed_at = opened + 20min;
  out.perceptible.value = true;
  out.longest_wait = 18min;
  out.worst_queue = "push";
  return out;
}

core::ServiceSpell spell(const std::string& service, core::ServiceState state,
                         const std::string& from, const std::string& to) {
  return {service, state, utc(from), utc(to), false, "HTTP 503"};
}

void add_services(MonthFacts& facts) {
  using core::ServiceState;
  facts.services = {
      {"login",
       99.5,
       {spell("login", ServiceState::up, "2026-04-30 22:00:00", "2026-06-12 10:00:00"),
        spell("login", ServiceState::slow, "2026-06-12 10:00:00", "2026-06-12 11:00:00"),
        spell("login", ServiceState::up, "2026-06-12 11:00:00", "2026-06-30 22:00:00")}},
      {"web",
       99.95,
       {spell("web", ServiceState::up, "2026-04-30 22:00:00", "2026-05-20 12:00:00"),
        spell("web", ServiceState::down, "2026-05-20 12:00:00", "2026-05-20 12:30:00"),
        spell("web", ServiceState::up, "2026-05-20 12:30:00", "2026-06-12 10:00:00"),
        spell("web", ServiceState::down, "2026-06-12 10:00:00", "2026-06-12 11:00:00"),
        spell("web", ServiceState::up, "2026-06-12 11:00:00", "2026-06-28 22:00:00")}}};
  facts.maintenance = {
      {"web", utc("2026-06-12 10:30:00"), utc("2026-06-12 11:00:00"), "ada", "a new disk"}};
}

void add_incidents(MonthFacts& facts) {
  facts.month.incidents = {
      down_from(5, utc("2026-06-30 21:50:00"), 25min),
      slow_one(4, "paper", utc("2026-06-15 12:00:00")),
      down_from(3, utc("2026-06-12 22:00:00"), 4min),
      down_from(2, utc("2026-06-03 01:00:00"), 6min),
      down_from(1, utc("2026-06-03 00:58:00"), 3min),
  };
  facts.month.incidents[1].stages = {
      {.stage = IncidentStage::recovered, .at = facts.month.incidents[1].opened_at - 1s},
      {.stage = IncidentStage::first_job, .at = facts.month.incidents[1].opened_at}};
  facts.before.incidents = {down_from(6, utc("2026-05-31 21:55:00"), 10min),
                            slow_one(7, "mail", utc("2026-05-10 12:00:00"))};
}

}  // namespace

WallTime utc(const std::string& text) {
  return parse_utc_time(text).value();
}

Zone zurich() {
  return {"Europe/Zurich",
          {{utc("2025-12-01 00:00:00"), 1h, "CET"},
           {utc("2026-03-29 01:00:00"), 2h, "CEST"},
           {utc("2026-10-25 01:00:00"), 1h, "CET"}}};
}

core::Incident down_from(std::int64_t id, WallTime onset, Millis length) {
  core::Incident out;
  out.id = IncidentId{id};
  out.pool = PoolName::of("mail");
  out.kind = IncidentClass::queued;
  out.sentence = "queue email is STALLED";
  out.opened_at = onset + 10s;
  out.closed_at = onset + length + 1min;
  out.perceptible.value = true;
  out.downtime.value = true;
  out.longest_wait = length;
  out.worst_queue = "email";
  out.stages = {{.stage = IncidentStage::onset, .at = onset},
                {.stage = IncidentStage::detected, .at = onset + 10s},
                {.stage = IncidentStage::decided, .at = onset + 40s},
                {.stage = IncidentStage::first_job, .at = onset + length},
                {.stage = IncidentStage::recovered, .at = onset + length + 30s}};
  return out;
}

MonthFacts empty_month() {
  MonthFacts facts;
  facts.zone = zurich();
  facts.month.days = days_of({2026, 6}, facts.zone);
  facts.before.days = days_of({2026, 5}, facts.zone);
  facts.now = utc("2026-07-02 08:00:00");
  facts.version = "0.2.0";
  return facts;
}

MonthFacts full_month() {
  auto facts = empty_month();
  facts.pools = {{PoolName::of("mail"), {{utc("2026-03-01 00:00:00"), facts.now}}, true, false},
                 {PoolName::of("old"),
                  {{utc("2026-03-01 00:00:00"), utc("2026-06-19 22:00:00")}},
                  false,
                  false},
                 {PoolName::of("paper"), {{utc("2026-06-09 22:00:00"), facts.now}}, true, false}};
  add_services(facts);
  add_incidents(facts);
  const auto at = utc("2026-06-03 01:00:40");
  auto restart = entry(HistoryKind::flip, at, "supervisor sup1", "ineffective");
  restart.to = restart.from;
  auto set_back = entry(HistoryKind::flip, at, "ada", "verified");
  set_back.to_active = -2s;
  facts.month.entries = {entry(HistoryKind::flip, at, "supervisor sup1", "verified"),
                         restart,
                         set_back,
                         entry(HistoryKind::flip, at, "ada", "started"),
                         entry(HistoryKind::takeover, at, "node job2", "verified"),
                         entry(HistoryKind::hold, at, "supervisor sup1", "cooldown"),
                         entry(HistoryKind::hold, at, "supervisor sup1", "budget"),
                         entry(HistoryKind::hold, at, "supervisor sup1", "cooldown"),
                         entry(HistoryKind::refused, at, "ada", "paused")};
  facts.before.entries = {entry(HistoryKind::flip, at - 20 * 24h, "ada", "aborted")};
  core::Deployment deployment;
  deployment.pool = PoolName::of("mail");
  deployment.version = "4.7.1";
  deployment.started_at = at;
  for (const auto state : {core::DeploymentState::done, core::DeploymentState::rolled_back}) {
    deployment.state = state;
    facts.month.deployments.push_back(deployment);
  }
  deployment.state = core::DeploymentState::done;
  facts.before.deployments = {deployment};
  return facts;
}

MonthFacts hostile_month(const std::string& text) {
  auto facts = full_month();
  facts.zone.name = text;
  for (auto& span : facts.zone.spans) span.abbreviation = text;
  facts.version = text;
  facts.remarks = {text};
  for (auto* record : {&facts.month, &facts.before}) {
    for (auto& incident : record->incidents) {
      incident.sentence = text;
      incident.worst_queue = text;
      incident.opened_by = text;
    }
    for (auto& one : record->entries) {
      if (one.kind == HistoryKind::hold) one.outcome = text;
      one.reason = text;
      one.actor = text;
      one.login = text;
    }
    for (auto& one : record->deployments) {
      one.version = text;
      one.reason = text;
    }
  }
  for (auto& service : facts.services) {
    service.service = text;
    for (auto& one : service.spells) one.sentence = text;
  }
  for (auto& one : facts.maintenance) one.reason = text;
  return facts;
}

MonthFacts large_month(std::size_t incidents) {
  auto facts = full_month();
  facts.month.incidents.clear();
  const auto step =
      (facts.month.days.to() - facts.month.days.from()) / static_cast<std::int64_t>(incidents + 1);
  auto at = facts.month.days.from();
  for (std::size_t i = 0; i < incidents; ++i, at += step)
    facts.month.incidents.push_back(down_from(static_cast<std::int64_t>(i + 1), at, 1min));
  return facts;
}

}  // namespace jobflip::report
