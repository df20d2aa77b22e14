#include "jobflip/core/incident_rules.hpp"

#include <algorithm>

namespace jobflip::core {
namespace {

/// How long a service was down or slow.
std::optional<Millis> trouble_of_service(const Incident& incident, WallTime now) {
  const auto begin = reached(incident, IncidentStage::onset);
  if (!begin) return std::nullopt;
  const auto end =
      reached(incident, IncidentStage::recovered).value_or(incident.closed_at.value_or(now));
  if (end < *begin) return std::nullopt;
  return std::chrono::duration_cast<Millis>(end - *begin);
}

}  // namespace

Millis length_of(const Incident& incident, WallTime now) {
  const auto length = incident.closed_at.value_or(now) - incident.opened_at;
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(length));
}

std::optional<Millis> standstill(const Incident& incident, WallTime now) {
  using enum IncidentClass;
  if (incident.kind != queued && incident.kind != node && incident.kind != deployment)
    return std::nullopt;
  const auto begin = reached(incident, IncidentStage::onset);
  if (!begin) return std::nullopt;
  auto end = reached(incident, IncidentStage::first_job);
  if (!end) end = reached(incident, IncidentStage::recovered);
  if (!end) end = incident.closed_at.value_or(now);
  if (*end < *begin) return std::nullopt;
  return std::chrono::duration_cast<Millis>(*end - *begin);
}

void judge_by_rule(Incident& incident, WallTime now) {
  const bool is_service = !incident.service.empty();
  const auto trouble = is_service ? trouble_of_service(incident, now) : standstill(incident, now);
  const bool answers = is_service && incident.kind == IncidentClass::slowness;
  const auto waited = incident.longest_wait ? incident.longest_wait : trouble;
  const Millis limit = incident.perceptible_after;
  const bool stopped = !answers && trouble && *trouble >= limit;
  if (incident.perceptible.by.empty()) incident.perceptible.value = waited && *waited >= limit;
  if (incident.downtime.by.empty()) incident.downtime.value = incident.perceptible.value && stopped;
  if (!incident.severity_by.empty()) return;
  incident.severity = incident.downtime.value      ? Severity::critical
                      : incident.perceptible.value ? Severity::major
                                                   : Severity::minor;
}

}  // namespace jobflip::core
