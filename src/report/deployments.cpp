/// The deployments that ran, or had just begun or ended, when the incident was opened.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/deployment_view.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string flips_text(const core::Deployment& one) {
  std::string out;
  if (one.flip) out = fmt::format("flip {}", one.flip->value);
  if (one.flip_back)
    out += (out.empty() ? "" : ", ") + fmt::format("back with flip {}", one.flip_back->value);
  return out.empty() ? "-" : out;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

}  // namespace

Section deployments_section(const Facts& facts) {
  const auto& incident = facts.incident;
  Section out{"deployments", "Deployments", {}};
  if (incident.deployments.empty()) {
    out.blocks.emplace_back(Paragraph{
        "No deployment was marked that ran, or had just begun or ended, when it was opened.",
        Tone::muted});
    return out;
  }
  const auto onset = reached(incident, core::IncidentStage::onset);
  Table table{"Deployments near the incident",
              {"Deployment", "Version", "Started, UTC", "By",
               onset ? "Before the onset" : "Before it was opened", "State", "Ended, UTC", "By",
               "Flips", "Why"},
              {}};
  for (const auto& one : incident.deployments) {
    const bool is_back = one.state == core::DeploymentState::rolled_back;
    const auto from = onset.value_or(incident.opened_at);
    table.rows.push_back(
        {{std::to_string(one.id)},
         {one.version},
         {utc_text(one.started_at)},
         {name_text(one.started_by)},
         {from >= one.started_at
              ? short_duration(std::chrono::duration_cast<Millis>(from - one.started_at))
              : "it began later"},
         {view::deployment_state_text(one.state), is_back ? Tone::bad : Tone::plain},
         {one.ended_at ? utc_text(*one.ended_at) : "-"},
         {or_dash(name_text(one.ended_by))},
         {flips_text(one)},
         {or_dash(one.reason)}});
  }
  out.blocks.emplace_back(std::move(table));
  return out;
}

}  // namespace jobflip::report
