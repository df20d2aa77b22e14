#include "store/incidents.hpp"

#include <algorithm>

#include "jobflip/base/lines.hpp"
#include "jobflip/core/incident_rules.hpp"
#include "store/deployments.hpp"
#include "store/rows.hpp"

namespace jobflip::store {
namespace {

core::Judged read_judged(pg::Cells& in) {
  core::Judged judged;
  judged.value = in.flag();
  judged.by = in.text();
  return judged;
}

struct IncidentRow {
  core::Incident incident;  // with those stages that the rules ask for
  WallTime now;             // the store's time
};

void add_stage(core::Incident& incident, core::IncidentStage stage, pg::Cells& in) {
  if (const auto at = in.maybe_time()) incident.stages.push_back({.stage = stage, .at = *at});
}

/// A row of jobflip.find_incidents().
IncidentRow read_incident_row(pg::Cells& in) {
  IncidentRow row;
  core::Incident& incident = row.incident;
  incident.id = in.id<IncidentId>();
  incident.pool = in.name<PoolName>();
  incident.kind = in.word(core::parse_incident_class);
  incident.kind_by = in.text();
  incident.cause = in.word(core::parse_incident_cause);
  incident.sentence = in.text();
  incident.opened_at = in.time();
  incident.opened_by = in.text();
  incident.closed_at = in.maybe_time();
  incident.closed_by = in.text();
  incident.perceptible_after = in.millis();
  incident.most_waiting = in.maybe_number();
  incident.longest_wait = in.maybe_millis();
  incident.holds = in.number();
  const auto severity = in.text();
  incident.severity_by = in.text();
  if (const auto decided = core::parse_severity(severity))
    incident.severity = *decided;
  else
    incident.severity_by.clear();
  incident.perceptible = read_judged(in);
  incident.downtime = read_judged(in);
  if (const auto into = in.maybe_number()) incident.merged_into = IncidentId{*into};
  incident.labels = lines_of(in.text());
  row.now = incident.opened_at + in.millis();
  add_stage(incident, core::IncidentStage::onset, in);
  add_stage(incident, core::IncidentStage::first_job, in);
  add_stage(incident, core::IncidentStage::recovered, in);
  add_stage(incident, core::IncidentStage::decided, in);
  std::ranges::stable_sort(incident.stages, {}, &core::StageReached::at);
  incident.worst_queue = in.text();
  incident.service = in.text();
  return row;
}

constexpr const char* kFind =
    "select * from jobflip.find_incidents($1, $2, $3, $4, $5, $6, $7, $8)";

core::StageReached read_stage(pg::Cells& in) {
  core::StageReached stage;
  stage.stage = in.word(core::parse_incident_stage);
  if (const auto flip = in.maybe_number()) stage.flip = FlipId{*flip};
  stage.at = in.time();
  stage.queue = in.text();
  stage.waiting = in.maybe_number();
  stage.oldest = in.maybe_millis();
  return stage;
}

core::IncidentNote read_note(pg::Cells& in) {
  core::IncidentNote note;
  note.at = in.time();
  note.actor = in.text();
  note.login = in.text();
  note.text = in.text();
  return note;
}

}  // namespace

Result<std::vector<core::Incident>> read_incidents(pg::Connection& connection,
                                                   const core::IncidentQuery& query) {
  std::optional<std::string> kind, open;
  if (query.kind) kind = name_of(*query.kind);
  if (query.open_only) open = "t";
  const auto rows = read_all<IncidentRow>(
      "incidents",
      connection.query(
          "incidents", kFind,
          {std::nullopt, query.pool.str(), kind, argument_of(query.since), argument_of(query.until),
           open, std::to_string(query.limit), argument_of(query.not_over_before)}),
      read_incident_row);
  if (!rows) return rows.error();
  std::vector<core::Incident> incidents;
  for (const auto& [incident, now] : *rows) {
    core::judge_by_rule(incidents.emplace_back(incident), now);
  }
  return incidents;
}

Result<core::Incident> read_incident(pg::Connection& connection, IncidentId id) {
  const auto number = std::to_string(id.value);
  auto found = read_all<IncidentRow>(
      "incident",
      connection.query(
          "incident", kFind,
          {number, "", std::nullopt, std::nullopt, std::nullopt, std::nullopt, "1", std::nullopt}),
      read_incident_row);
  if (!found) return found.error();
  if (found->empty())
    return Error{ErrorCode::not_found, "there is no incident " + number,
                 "`jobflip incident list` lists the incidents"};
  core::Incident incident = std::move(found->front().incident);
  auto stages = read_all<core::StageReached>(
      "incident",
      connection.query("incident", "select * from jobflip.incident_stages($1)", {number}),
      read_stage);
  if (!stages) return stages.error();
  incident.stages = std::move(*stages);
  auto flips = read_all<FlipId>(
      "incident",
      connection.query("incident", "select * from jobflip.incident_flips($1)", {number}),
      [](pg::Cells& in) { return in.id<FlipId>(); });
  if (!flips) return flips.error();
  incident.flips = std::move(*flips);
  auto notes = read_all<core::IncidentNote>(
      "incident",
      connection.query("incident", "select * from jobflip.incident_notes($1)", {number}),
      read_note);
  if (!notes) return notes.error();
  incident.notes = std::move(*notes);
  auto deployments = read_deployments_of(connection, id);
  if (!deployments) return deployments.error();
  incident.deployments = std::move(*deployments);
  core::judge_by_rule(incident, found->front().now);
  return incident;
}

}  // namespace jobflip::store
