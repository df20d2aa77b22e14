#include "cli/plan_tables.hpp"

#include "jobflip/base/escape.hpp"
#include "jobflip/view/plan_view.hpp"

namespace jobflip::cli {
namespace {

Style style_of(const core::GateResult& gate) {
  if (!gate.applies) return Style::dim;
  return gate.allows ? Style::good : Style::bad;
}

}  // namespace

Table gates_table(const core::FlipPlan& plan) {
  Table table{{"RULE", "STATE", "WHY"}, {}};
  for (const auto& gate : plan.gates) {
    table.rows.push_back({std::string{core::name_of(gate.rule)},
                          Cell{view::state_of(gate), style_of(gate)}, printable(gate.text)});
  }
  return table;
}

Table candidates_table(const core::FlipPlan& plan) {
  Table table{{"CANDIDATE", "CAN TAKE OVER", "WHY"}, {}};
  for (const auto& candidate : plan.candidates) {
    table.rows.push_back(
        {candidate.node.str(),
         Cell{candidate.eligible ? "yes" : "no", candidate.eligible ? Style::good : Style::dim},
         printable(candidate.text)});
  }
  return table;
}

}  // namespace jobflip::cli
