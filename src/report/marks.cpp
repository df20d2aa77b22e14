/// The stages of an incident, in words and as the letters of the charts.
#include <fmt/format.h>

#include <algorithm>

#include "report/sections.hpp"

namespace jobflip::report {
namespace {

/// Whoever noticed it: jobflip, unless a person was first.
std::string detected_text(const core::Incident& incident) {
  const auto by = name_text(incident.opened_by);
  const auto who = by.empty() ? std::string{"somebody"} : by;
  if (incident.cause == core::IncidentCause::person) return who + " reported it";
  if (incident.cause == core::IncidentCause::flip && !incident.opened_by.empty())
    return who + " moved the pool";
  return "jobflip detected it";
}

}  // namespace

std::string stage_text(const core::Incident& incident, core::IncidentStage stage) {
  using enum core::IncidentStage;
  const bool lost = incident.cause == core::IncidentCause::node_loss;
  switch (stage) {
    case onset:
      return lost ? "the old node was last heard" : "the last progress";
    case detected:
      return detected_text(incident);
    case decided:
      return lost ? "a node took over" : "a flip or a takeover was decided";
    case stopped:
      return lost ? "the old node's lease had run out"
                  : "the old node has no worker left, or its lease ran out";
    case granted:
      return "the new node has the lease";
    case started:
      return "the new node's workers run";
    case first_job:
      return "the first job completed";
    case recovered:
      return is_flip_of_healthy_pool(incident) ? "every queue is well" : "recovered";
  }
  return "?";
}

std::vector<Mark> marks_of(const core::Incident& incident) {
  std::vector<Mark> out;
  for (const auto& stage : stages_in_order(incident))
    out.push_back({'?', stage_text(incident, stage.stage), stage.at});
  if (out.size() > 26) out.resize(26);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].letter = static_cast<char>('A' + i);
  return out;
}

std::vector<MarkGroup> groups_of(const std::vector<Mark>& marks, WallTime::duration length) {
  constexpr int kPartsOfAChart = 100;
  std::vector<MarkGroup> out;
  for (const Mark& mark : marks) {
    if (!out.empty() && mark.at - out.back().at < length / kPartsOfAChart)
      out.back().last = mark.letter;
    else
      out.push_back({mark.letter, mark.letter, mark.at});
  }
  return out;
}

}  // namespace jobflip::report
