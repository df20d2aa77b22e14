// Takeovers and incidents in the model: opened by flips, holds and takeovers, and by whoever
// reports one.

#include <algorithm>

#include "jobflip/core/incident_rules.hpp"
#include "support/fake_incidents.hpp"
#include "support/fake_store_deployments.hpp"

namespace jobflip::test {

using core::AuditKind;
using core::FlipState;
using core::Incident;
using core::IncidentCause;
using core::IncidentChange;
using core::IncidentClass;
using core::IncidentReport;
using core::IncidentStage;
using core::OperatorAnswer;

void reach(Incident& incident, IncidentStage stage, WallTime at, std::optional<FlipId> flip) {
  const bool known = std::ranges::any_of(incident.stages, [&](const core::StageReached& one) {
    return one.stage == stage && one.flip == flip;
  });
  if (!known) incident.stages.push_back({.stage = stage, .at = at, .flip = flip});
  std::ranges::stable_sort(incident.stages, {}, &core::StageReached::at);
}

bool take_in_trouble(Incident& incident, IncidentClass kind, std::optional<WallTime> onset) {
  if (onset) reach(incident, IncidentStage::onset, *onset);
  using enum IncidentClass;
  const bool is_worse =
      (incident.kind == other && kind != other) ||
      (incident.kind == slowness && (kind == queued || kind == node || kind == store));
  if (!is_worse || !incident.kind_by.empty()) return false;
  incident.kind = kind;
  return true;
}

namespace {

std::string chain_of(const Incident& incident) {
  return incident.service.empty() ? incident.pool.str() : "jobflip";
}

bool set_judged(core::Judged& judged, const std::string& value, const std::string& by) {
  const core::Judged before = judged;
  judged = value == "rule" ? core::Judged{} : core::Judged{value == "yes", by};
  return before.by.empty() != judged.by.empty() || before.value != judged.value;
}

}  // namespace

Incident* FakeDatabase::find_open_incident(const PoolName& pool) {
  const auto found = std::ranges::find_if(rows.incidents, [&](const auto& entry) {
    return entry.second.pool == pool && !entry.second.closed_at;
  });
  return found == rows.incidents.end() ? nullptr : &found->second;
}

Incident& FakeDatabase::open_incident(const PoolName& pool, IncidentClass kind, IncidentCause cause,
                                      const std::string& login, const std::string& actor,
                                      const std::string& sentence) {
  if (Incident* open = find_open_incident(pool)) return *open;
  const IncidentId id{static_cast<std::int64_t>(rows.incidents.size()) + 1};
  Incident& incident = rows.incidents[id];
  incident.id = id;
  incident.pool = pool;
  incident.kind = kind;
  incident.cause = cause;
  incident.sentence = sentence;
  incident.opened_at = now;
  incident.opened_by = actor;
  incident.perceptible_after = rows.pools.at(pool).perceptible_after;
  reach(incident, IncidentStage::detected, now);
  FakeDeployments{*this}.match(incident);
  append_audit(
      pool.str(), AuditKind::incident_opened, login,
      {.actor = actor,
       .reason = sentence,
       .payload = {{"class", std::string{name_of(kind)}}, {"cause", std::string{name_of(cause)}}}});
  return incident;
}

void FakeDatabase::close_incident(Incident& incident, const std::string& login,
                                  const std::string& actor, const std::string& reason) {
  incident.closed_at = now;
  incident.closed_by = actor;
  append_audit(chain_of(incident), AuditKind::incident_closed, login,
               {.actor = actor, .reason = reason});
}

void FakeDatabase::join_incident(const FakeFlip& flip, const std::string& login) {
  const core::FlipView& view = flip.view;
  const IncidentClass kind = view.takeover  ? IncidentClass::node
                             : flip.stalled ? IncidentClass::queued
                                            : IncidentClass::other;
  Incident& incident =
      open_incident(view.pool, kind, view.takeover ? IncidentCause::node_loss : IncidentCause::flip,
                    login, view.actor, view.reason);
  if (take_in_trouble(incident, kind, {}))
    append_audit(view.pool.str(), AuditKind::incident_changed, login,
                 {.actor = view.actor, .reason = view.reason});
  incident.flips.push_back(view.id);
  reach(incident, IncidentStage::decided, view.requested_at, view.id);
}

void FakeDatabase::reach_stage_of(const FakeFlip& flip) {
  using enum core::FlipState;
  const auto state = flip.view.state;
  const auto stage = state == released || state == expired ? std::optional{IncidentStage::stopped}
                     : state == taken                      ? std::optional{IncidentStage::granted}
                     : state == started                    ? std::optional{IncidentStage::started}
                                                           : std::nullopt;
  if (!stage) return;
  for (auto& [id, incident] : rows.incidents)
    if (std::ranges::count(incident.flips, flip.view.id) > 0)
      reach(incident, *stage, now, flip.view.id);
}

FlipId FakeDatabase::record_takeover(const core::TakeRequest& request, const std::string& login,
                                     const FakeOwner& before, Epoch epoch) {
  FakeFlip flip;
  core::FlipView& view = flip.view;
  view.id = FlipId{next_flip_++};
  view.pool = request.pool;
  view.state = FlipState::taken;
  view.from = before.holder;
  view.to = request.node;
  view.takeover = true;
  view.actor = "node " + request.node.str();
  view.reason = view.last_sentence = "took over from a silent holder";
  view.requested_at = now;
  view.released_at = view.taken_at = now;
  view.from_epoch = before.epoch;
  view.epoch = epoch;
  flip.request = request.attempt;
  flip.entered_at = now;
  flip.deadline = now + step_length(flip);
  flip.steps.push_back({now, "taken", request.node.str(), view.reason});
  flip.left_behind = running_jobs(request.pool);
  const FakeFlip& kept = rows.flips[view.id] = std::move(flip);
  join_incident(kept, login);
  for (auto& [id, incident] : rows.incidents)
    if (!incident.flips.empty() && incident.flips.back() == kept.view.id)
      incident.stages.push_back(
          {.stage = core::IncidentStage::stopped, .at = now, .flip = kept.view.id});
  reach_stage_of(kept);
  return kept.view.id;
}

void FakeDatabase::worsen_incident(const PoolName& pool) {
  Incident* incident = find_open_incident(pool);
  if (incident == nullptr) return;
  for (const auto& [key, queue] : rows.queues) {
    if (key.first != pool || !queue.verdict.sample) continue;
    const core::QueueSample& sample = *queue.verdict.sample;
    incident->most_waiting = std::max(incident->most_waiting, std::optional{sample.runnable});
    incident->longest_wait = std::max(incident->longest_wait, sample.oldest_runnable);
  }
}

Result<bool> FakeDatabase::record_incident(const std::string& login, const IncidentReport& report) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, report.supervisor)) return *error;
  if (!is_leader(report.supervisor, report.supervisor_epoch)) return false;
  if (!rows.pools.contains(report.pool)) return true;
  const std::string actor = "supervisor " + report.supervisor.str();
  const WallTime at = now - report.ago.value_or(Millis{0});
  if (report.what == IncidentReport::What::open) {
    Incident& incident =
        open_incident(report.pool, report.kind, report.cause, login, actor, report.sentence);
    if (take_in_trouble(incident, report.kind, report.ago ? std::optional{at} : std::nullopt))
      append_audit(chain_of(incident), AuditKind::incident_changed, login,
                   {.actor = actor, .reason = report.sentence});
  } else if (report.what == IncidentReport::What::first_job) {
    for (auto& [id, incident] : rows.incidents)
      if (std::ranges::count(incident.flips, report.flip) > 0)
        reach(incident, IncidentStage::first_job, at, report.flip);
  } else if (Incident* open = find_open_incident(report.pool)) {
    reach(*open, IncidentStage::recovered, at);
    close_incident(*open, login, actor, report.sentence);
  }
  return true;
}

Result<OperatorAnswer> FakeDatabase::open_incident(const std::string& login, const PoolName& pool,
                                                   IncidentClass kind,
                                                   const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  if (!rows.pools.contains(pool)) return Error{ErrorCode::not_found, "no pool " + pool.str(), ""};
  if (find_open_incident(pool) != nullptr)
    return OperatorAnswer{false, false, "open", "it is open"};
  open_incident(pool, kind, IncidentCause::person, login,
                by.claimed_name.empty() ? login : by.claimed_name, by.reason);
  return OperatorAnswer{true, true, "", ""};
}

Result<OperatorAnswer> FakeDatabase::change_incident(const std::string& login,
                                                     const IncidentChange& change,
                                                     const core::OperatorContext& by) {
  using What = IncidentChange::What;
  if (auto error = begin(true)) return *error;
  const auto found = rows.incidents.find(change.incident);
  if (found == rows.incidents.end()) return Error{ErrorCode::not_found, "no such incident", ""};
  Incident& incident = found->second;
  const std::string actor = by.claimed_name.empty() ? login : by.claimed_name;
  bool changed = true;
  switch (change.what) {
    case What::note:
      incident.notes.push_back({now, actor, login, by.reason});
      break;
    case What::label:
      changed = std::ranges::count(incident.labels, change.value) == 0;
      if (changed) incident.labels.push_back(change.value);
      std::ranges::sort(incident.labels);
      break;
    case What::unlabel:
      changed = std::erase(incident.labels, change.value) > 0;
      break;
    case What::kind:
      changed = name_of(incident.kind) != change.value;
      incident.kind = core::parse_incident_class(change.value).value();
      if (changed) incident.kind_by = actor;
      break;
    case What::severity:
      incident.severity = core::parse_severity(change.value).value_or(core::Severity::minor);
      incident.severity_by = change.value == "rule" ? "" : actor;
      break;
    case What::perceptible:
      changed = set_judged(incident.perceptible, change.value, actor);
      break;
    case What::downtime:
      changed = set_judged(incident.downtime, change.value, actor);
      break;
    case What::close:
      changed = !incident.closed_at;
      if (changed) close_incident(incident, login, actor, by.reason);
      break;
    case What::merge:
    case What::split:
      return Error{ErrorCode::usage, "the model neither merges nor splits incidents", ""};
  }
  if (changed)
    append_audit(
        chain_of(incident), AuditKind::incident_changed, login,
        {.actor = actor,
         .reason = by.reason,
         .payload = {{"what", std::string{name_of(change.what)}}, {"value", change.value}}});
  return OperatorAnswer{true, changed, "", ""};
}

Result<std::vector<Incident>> FakeDatabase::incidents(const core::IncidentQuery& query) {
  if (auto error = begin(false)) return *error;
  std::vector<Incident> found;
  for (const auto& [id, incident] : rows.incidents) {
    if ((!query.pool.empty() && incident.pool != query.pool) ||
        (query.kind && incident.kind != *query.kind) ||
        (query.since && incident.opened_at < *query.since) ||
        (query.until && incident.opened_at >= *query.until) ||
        (query.not_over_before && incident.closed_at &&
         *incident.closed_at < *query.not_over_before) ||
        (query.open_only && incident.closed_at))
      continue;
    core::judge_by_rule(found.emplace_back(incident), now);
    found.back().flips.clear();
    found.back().notes.clear();
  }
  std::ranges::reverse(found);
  if (found.size() > static_cast<std::size_t>(query.limit))
    found.resize(static_cast<std::size_t>(query.limit));
  return found;
}

Result<Incident> FakeDatabase::incident(IncidentId id) {
  if (auto error = begin(false)) return *error;
  const auto found = rows.incidents.find(id);
  if (found == rows.incidents.end()) return Error{ErrorCode::not_found, "no such incident", ""};
  Incident incident = found->second;
  incident.deployments = FakeDeployments{*this}.of(id);
  core::judge_by_rule(incident, now);
  return incident;
}

}  // namespace jobflip::test
