#include "support/fake_services.hpp"

#include <algorithm>

#include "support/fake_store.hpp"

namespace jobflip::test {
namespace {

using core::AuditKind;
using core::IncidentClass;
using core::IncidentStage;
using core::ServiceState;

AuditKind kind_of(ServiceState state) {
  return state == ServiceState::up     ? AuditKind::service_up
         : state == ServiceState::slow ? AuditKind::service_slow
                                       : AuditKind::service_down;
}

Error no_service(const std::string& name) {
  return {ErrorCode::not_found, "there is no service " + name, ""};
}

template <class T>
void newest_first(std::vector<T>& list, int limit) {
  std::ranges::stable_sort(list, [](const T& a, const T& b) { return a.from > b.from; });
  if (list.size() > static_cast<std::size_t>(limit)) list.resize(static_cast<std::size_t>(limit));
}

}  // namespace

void FakeServices::apply(const std::string& login, const std::string& actor,
                         const std::vector<core::ServiceSettings>& services) {
  auto& rows = db_.rows.services;
  std::map<std::string, FakeService> next;
  for (const auto& one : services) {
    next[one.name.str()] = rows.services[one.name.str()];
    next[one.name.str()].settings = one;
  }
  for (const auto& [name, unused] : rows.services) {
    if (next.contains(name)) continue;
    if (auto& spells = rows.spells[name]; !spells.empty()) spells.back().open = false;
    if (auto* incident = open_incident_of(name))
      db_.close_incident(*incident, login, actor, "the service was removed");
  }
  rows.services = std::move(next);
}

std::vector<core::Maintenance> FakeServices::windows() const {
  auto all = db_.rows.services.maintenance;
  for (const auto& [name, service] : db_.rows.services.services)
    for (const auto& one : service.settings.maintenance)
      if (one.from) all.push_back({name, *one.from, *one.until, "calendar", one.reason});
  return all;
}

std::optional<WallTime> FakeServices::maintenance_until(const std::string& service) const {
  std::optional<WallTime> until;
  for (const auto& one : windows()) {
    const bool counts = one.service.empty() || one.service == service;
    if (counts && one.from <= db_.now && one.to > db_.now)
      until = std::max(until.value_or(one.to), one.to);
  }
  return until;
}

bool FakeServices::is_watched(const std::string& service) const {
  const auto& rows = db_.rows.services;
  const auto found = rows.services.find(service);
  const auto spells = rows.spells.find(service);
  if (found == rows.services.end() || spells == rows.spells.end() || spells->second.empty())
    return false;
  const auto& last = spells->second.back();
  return last.open && last.to > db_.now - unwatched_after(found->second.settings);
}

Result<std::vector<core::ServiceStatus>> FakeServices::services() {
  if (auto error = db_.begin(false)) return *error;
  std::vector<core::ServiceStatus> out;
  for (const auto& [name, service] : db_.rows.services.services) {
    auto& status = out.emplace_back();
    status.settings = service.settings;
    status.maintenance_until = maintenance_until(name);
    if (const auto* incident = open_incident_of(name)) status.incident = incident->id;
    const auto& spells = db_.rows.services.spells[name];
    status.sentence = service.unwatched_why;
    if (spells.empty()) continue;
    status.seen = spells.back().to;
    status.seen_ago = db_.since(spells.back().to);
    if (!is_watched(name)) continue;
    status.state = spells.back().state;
    status.since = spells.back().from;
    status.since_ago = db_.since(spells.back().from);
    status.latency = service.latency;
    status.sentence = spells.back().sentence;
  }
  return out;
}

Result<bool> FakeServices::report(const std::string& login, const core::ServiceReport& report) {
  if (auto error = db_.begin(true)) return *error;
  if (auto error = db_.check_login(login, report.supervisor)) return *error;
  if (!db_.is_leader(report.supervisor, report.supervisor_epoch)) return false;
  for (const auto& one : report.seen)
    if (db_.rows.services.services.contains(one.service.str())) record(login, one);
  return true;
}

void FakeServices::record(const std::string& login, const core::ServiceSeen& seen) {
  const std::string name = seen.service.str();
  auto& service = db_.rows.services.services.at(name);
  auto& spells = db_.rows.services.spells[name];
  service.latency = seen.latency;
  service.unwatched_why = seen.state ? "" : seen.sentence;
  if (!seen.state) {
    if (!spells.empty()) spells.back().open = false;
    return;
  }
  const Micros gap = unwatched_after(service.settings);
  const WallTime from = db_.now - seen.since_ago, at = db_.now - seen.checked_ago;
  std::optional<ServiceState> before;
  WallTime begin = from;
  if (!spells.empty()) {
    auto& last = spells.back();
    before = last.state;
    if (last.open && last.state == *seen.state && (at - last.to <= gap || from <= last.to)) {
      last.to = std::max(last.to, at);
      return judge(login, name, *seen.state, last.from, last.sentence);
    }
    begin = std::max(from, last.from);
    if (last.open && last.state != *seen.state && begin - last.to <= gap)
      last.to = begin;
    else
      begin = std::max(begin, last.to);
    last.open = false;
  }
  spells.push_back({name, *seen.state, begin, std::max(begin, at), true, seen.sentence});
  if (*seen.state != before.value_or(ServiceState::up) &&
      db_.may_record(login, "service_changed", 60))
    db_.append_audit("jobflip", kind_of(*seen.state), login,
                     {.actor = login, .reason = seen.sentence, .payload = {{"service", name}}});
  judge(login, name, *seen.state, begin, seen.sentence);
}

core::Incident* FakeServices::open_incident_of(const std::string& service) {
  for (auto& [id, incident] : db_.rows.incidents)
    if (incident.service == service && !incident.closed_at) return &incident;
  return nullptr;
}

void FakeServices::judge(const std::string& login, const std::string& service, ServiceState state,
                         WallTime from, const std::string& sentence) {
  const std::string actor = "supervisor " + login;
  auto* open = open_incident_of(service);
  const auto& settings = db_.rows.services.services.at(service).settings;
  if (state == ServiceState::up) {
    if (open == nullptr || open->cause == core::IncidentCause::person ||
        db_.now - from < std::max(settings.slow_for, Millis{60'000}))
      return;
    open->stages.push_back({.stage = IncidentStage::recovered, .at = from});
    return db_.close_incident(*open, login, actor, "service " + service + " is up again");
  }
  const auto kind = state == ServiceState::slow ? IncidentClass::slowness : IncidentClass::other;
  if (open != nullptr) {
    if (state != ServiceState::down || open->kind != IncidentClass::slowness ||
        !open->kind_by.empty())
      return;
    open->kind = kind;
    db_.append_audit("jobflip", AuditKind::incident_changed, login,
                     {.actor = actor, .reason = sentence});
    return;
  }
  const bool was_closed = std::ranges::any_of(db_.rows.incidents, [&](const auto& entry) {
    const auto& one = entry.second;
    return one.service == service && one.closed_at > from &&
           !one.closed_by.starts_with("supervisor ");
  });
  if (maintenance_until(service) || was_closed || !db_.may_record(login, "incident_opened", 300))
    return;
  const IncidentId id{static_cast<std::int64_t>(db_.rows.incidents.size()) + 1};
  core::Incident& incident = db_.rows.incidents[id];
  incident.id = id;
  incident.service = service;
  incident.kind = kind;
  incident.cause = core::IncidentCause::service;
  incident.sentence = sentence;
  incident.opened_at = db_.now;
  incident.opened_by = actor;
  incident.perceptible_after = Millis{60'000};
  incident.stages = {{.stage = IncidentStage::onset, .at = from},
                     {.stage = IncidentStage::detected, .at = db_.now}};
  db_.append_audit("jobflip", AuditKind::incident_opened, login,
                   {.actor = actor, .reason = sentence, .payload = {{"service", service}}});
}

Result<std::vector<core::ServiceSpell>> FakeServices::spells(const core::ServiceQuery& query) {
  if (auto error = db_.begin(false)) return *error;
  std::vector<core::ServiceSpell> out;
  for (const auto& [name, spells] : db_.rows.services.spells)
    for (auto spell : spells) {
      const bool fits = query.service.empty() || query.service == name;
      if (!fits || spell.to < query.since || spell.from >= query.until) continue;
      spell.open = spell.open && is_watched(name);
      out.push_back(std::move(spell));
    }
  newest_first(out, query.limit);
  return out;
}

Result<std::vector<core::Maintenance>> FakeServices::maintenance(const core::ServiceQuery& query) {
  if (auto error = db_.begin(false)) return *error;
  std::vector<core::Maintenance> out;
  for (auto& one : windows()) {
    const bool fits = query.service.empty() || one.service.empty() || one.service == query.service;
    if (fits && one.from < query.until && one.to > query.since) out.push_back(std::move(one));
  }
  newest_first(out, query.limit);
  return out;
}

Result<core::OperatorAnswer> FakeServices::plan(const std::string& login,
                                                const core::MaintenancePlan& plan,
                                                const core::OperatorContext& by) {
  if (auto error = db_.begin(true)) return *error;
  auto& rows = db_.rows.services;
  if (!plan.service.empty() && !rows.services.contains(plan.service))
    return no_service(plan.service);
  if (plan.until <= plan.from)
    return Error{ErrorCode::usage, "the end of maintenance must be after its begin", ""};
  const auto id = ++rows.last_maintenance;
  rows.maintenance.push_back({plan.service, plan.from, plan.until, by.claimed_name, by.reason, id});
  db_.append_audit("jobflip", AuditKind::maintenance_planned, login,
                   {.actor = by.claimed_name, .reason = by.reason});
  return core::OperatorAnswer{
      true, true, "",
      "maintenance " + std::to_string(id) + " of " +
          (plan.service.empty() ? "all services" : "service " + plan.service) + " is planned"};
}

Result<core::OperatorAnswer> FakeServices::remove(const std::string& login,
                                                  std::int64_t maintenance,
                                                  const core::OperatorContext& by) {
  if (auto error = db_.begin(true)) return *error;
  auto& rows = db_.rows.services;
  if (maintenance < 1 || maintenance > rows.last_maintenance)
    return Error{ErrorCode::not_found, "there is no maintenance " + std::to_string(maintenance),
                 ""};
  const bool was_there =
      std::erase_if(rows.maintenance, [&](const auto& one) { return one.id == maintenance; }) > 0;
  if (was_there)
    db_.append_audit("jobflip", AuditKind::maintenance_removed, login,
                     {.actor = by.claimed_name, .reason = by.reason});
  return core::OperatorAnswer{true, was_there, "", ""};
}

}  // namespace jobflip::test
