/// What belongs to the incident, and what merely happened around it.
#include <algorithm>

#include "jobflip/view/black_box_document.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

bool has_flip(const Facts& facts, std::int64_t id) {
  const auto is_it = [&](FlipId flip) { return flip.value == id; };
  return std::ranges::any_of(facts.incident.flips, is_it) ||
         std::ranges::any_of(facts.flips, is_it,
                             [](const core::FlipTimeline& one) { return one.flip.id; });
}

}  // namespace

std::optional<std::uint64_t> named_incident(const core::AuditEvent& event) {
  if (event.payload.find("\"incident\"") == std::string::npos) return std::nullopt;
  const auto payload = view::read_document(event.payload);
  return payload ? view::count_of(*payload, "incident") : std::nullopt;
}

Span span_of(const Facts& facts) {
  const auto& incident = facts.incident;
  const auto begin = reached(incident, core::IncidentStage::onset);
  const auto recovered = reached(incident, core::IncidentStage::recovered);
  return {std::min(begin.value_or(incident.opened_at), incident.opened_at),
          incident.closed_at.value_or(recovered.value_or(facts.until))};
}

bool is_within(const Span& span, WallTime at) {
  return at >= span.from && at <= span.until;
}

bool is_own(const Facts& facts, const core::AuditEvent& event) {
  if (event.flip) return has_flip(facts, *event.flip);
  if (const auto named = named_incident(event))
    return !facts.of_flip && *named == static_cast<std::uint64_t>(facts.incident.id.value);
  return is_within(span_of(facts), event.at);
}

bool is_flip_of_healthy_pool(const core::Incident& incident) {
  return incident.cause == core::IncidentCause::flip && incident.kind == core::IncidentClass::other;
}

std::vector<core::StageReached> stages_in_order(const core::Incident& incident) {
  auto out = incident.stages;
  std::ranges::stable_sort(out, [](const auto& a, const auto& b) {
    return a.at != b.at ? a.at < b.at : a.stage < b.stage;
  });
  return out;
}

std::vector<core::AuditEvent> takeovers_of(const Facts& facts) {
  std::vector<core::AuditEvent> out;
  for (const auto& event : facts.events)
    if (is_kind(event, core::AuditKind::takeover) && !event.flip &&
        event.chain == facts.incident.pool.str() && is_own(facts, event))
      out.push_back(event);
  return out;
}

}  // namespace jobflip::report
