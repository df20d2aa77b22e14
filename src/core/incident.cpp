#include "jobflip/core/incident.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "jobflip/core/audit_kinds.hpp"

namespace jobflip::core {
namespace {

// each table has the enum's values in their order
constexpr std::array<std::string_view, kIncidentClasses> kClassNames{
    "queued", "deployment", "slowness", "node", "store", "other"};
constexpr std::array<std::string_view, 3> kSeverityNames{"minor", "major", "critical"};
constexpr std::array<std::string_view, kIncidentStages> kStageNames{
    "onset", "detected", "decided", "stopped", "granted", "started", "first_job", "recovered"};

template <class Enum, std::size_t n>
std::string_view nth_name(const std::array<std::string_view, n>& names, Enum value) {
  const auto nth = static_cast<std::size_t>(value);
  return nth < n ? names.at(nth) : "?";
}

template <class Enum, std::size_t n>
std::optional<Enum> find_name(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(IncidentClass kind) noexcept {
  return nth_name(kClassNames, kind);
}
std::optional<IncidentClass> parse_incident_class(std::string_view name) noexcept {
  return find_name<IncidentClass>(kClassNames, name);
}

std::string_view name_of(Severity severity) noexcept {
  return nth_name(kSeverityNames, severity);
}
std::optional<Severity> parse_severity(std::string_view name) noexcept {
  return find_name<Severity>(kSeverityNames, name);
}

std::string_view name_of(IncidentCause cause) noexcept {
  switch (cause) {
    case IncidentCause::verdict:
      return "verdict";
    case IncidentCause::node_loss:
      return "node_loss";
    case IncidentCause::hold:
      return name_of(AuditKind::hold);
    case IncidentCause::service:
      return "service";
    case IncidentCause::flip:
      return "flip";
    case IncidentCause::person:
      return "person";
  }
  return "?";
}
std::optional<IncidentCause> parse_incident_cause(std::string_view name) noexcept {
  using enum IncidentCause;
  for (const auto cause : {verdict, node_loss, hold, flip, person, service})
    if (name == name_of(cause)) return cause;
  return std::nullopt;
}

std::string_view name_of(IncidentStage stage) noexcept {
  return nth_name(kStageNames, stage);
}
std::optional<IncidentStage> parse_incident_stage(std::string_view name) noexcept {
  return find_name<IncidentStage>(kStageNames, name);
}

std::optional<WallTime> reached(const Incident& incident, IncidentStage stage) {
  // a part of a merged incident may have had its first job before the trouble of another began
  const auto least = stage == IncidentStage::first_job
                         ? reached(incident, IncidentStage::onset).value_or(WallTime::min())
                         : WallTime::min();
  std::optional<WallTime> first, first_since;
  for (const StageReached& s : incident.stages) {
    if (s.stage != stage) continue;
    first = std::min(first.value_or(s.at), s.at);
    if (s.at >= least) first_since = std::min(first_since.value_or(s.at), s.at);
  }
  return first_since ? first_since : first;
}

std::optional<Millis> between(const Incident& incident, IncidentStage from, IncidentStage to) {
  const auto begin = reached(incident, from);
  const auto end = reached(incident, to);
  if (!begin || !end || *end < *begin) return std::nullopt;
  return std::chrono::duration_cast<Millis>(*end - *begin);
}

}  // namespace jobflip::core
