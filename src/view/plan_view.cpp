#include "cli/plan_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr Millis kStaleAtLeast{5000};

Style style_of(const core::GateResult& gate) {
  if (!gate.applies) return Style::dim;
  return gate.open ? Style::good : Style::bad;
}

}  // namespace

std::optional<NodeName> leading_supervisor(const core::Snapshot& snapshot) {
  const auto& pool = snapshot.supervisors;
  if (!pool || pool->owner.state != core::OwnerState::held || !pool->owner.beat_age) {
    return std::nullopt;
  }
  if (*pool->owner.beat_age > pool->settings.timings.lease) return std::nullopt;
  return pool->owner.holder;
}

bool is_stale(const core::PoolView& pool, const core::QueueView& queue) {
  Millis every{};
  for (const auto& settings : pool.settings.queues) {
    if (settings.name == queue.queue) every = settings.sample_every;
  }
  return queue.sample_age > std::max(kStaleAtLeast, 3 * every);
}

std::optional<Millis> stalled_for(const core::PoolView& pool) {
  std::optional<Millis> longest;
  for (const auto& queue : pool.queues) {
    const bool stalled = queue.verdict == core::name_of(core::QueueState::stalled);
    if (!stalled || is_stale(pool, queue)) continue;
    longest = std::max(longest.value_or(Millis{}), queue.verdict_age);
  }
  return longest;
}

core::FlipPlan plan_automatic(const core::Snapshot& snapshot, const core::PoolView& pool) {
  core::FlipIntent intent;
  intent.stalled_for = stalled_for(pool);
  intent.supervisor_on_time = leading_supervisor(snapshot).has_value();
  auto plan = core::plan_flip(pool, snapshot.budget, intent);
  for (auto& gate : plan.gates) {
    if (gate.rule == core::Rule::supervisor_late && !gate.open) gate.text = "no supervisor leads";
  }
  return plan;
}

core::FlipPlan plan_by_hand(const core::Snapshot& snapshot, const core::PoolView& pool,
                            const core::FlipIntent& intent) {
  auto plan = core::plan_flip(pool, snapshot.budget, intent);
  if (leading_supervisor(snapshot)) return plan;
  for (auto& gate : plan.gates) {
    if (gate.rule == core::Rule::supervisor_late)
      gate.text = "no supervisor leads; a flip by hand needs none";
  }
  return plan;
}

std::string state_of(const core::GateResult& gate) {
  if (gate.open) return "open";
  return gate.applies ? "closed" : "passed over";
}

Table gates_table(const core::FlipPlan& plan) {
  Table table{{"RULE", "STATE", "WHY"}, {}};
  for (const auto& gate : plan.gates) {
    table.rows.push_back({std::string{core::name_of(gate.rule)},
                          Cell{state_of(gate), style_of(gate)}, printable(gate.text)});
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

Json plan_json(const core::FlipPlan& plan) {
  Json out{{"would_go", plan.open()}};
  const auto* closed = plan.first_closed();
  out["rule"] = closed == nullptr ? Json{} : Json(core::name_of(closed->rule));
  out["to"] = plan.target ? Json(plan.target->str()) : Json{};
  out["gates"] = Json::array();
  for (const auto& gate : plan.gates) {
    out["gates"].push_back(Json{{"rule", core::name_of(gate.rule)},
                                {"open", gate.open},
                                {"applies", gate.applies},
                                {"text", gate.text}});
  }
  out["candidates"] = Json::array();
  for (const auto& candidate : plan.candidates) {
    out["candidates"].push_back(Json{{"node", candidate.node.str()},
                                     {"eligible", candidate.eligible},
                                     {"text", candidate.text}});
  }
  return out;
}

}  // namespace jobflip::cli
