#include "jobflip/view/plan_view.hpp"

#include <algorithm>

#include "jobflip/core/holder_rules.hpp"
#include "jobflip/view/alarms.hpp"
#include "jobflip/view/json_view.hpp"
#include "jobflip/view/learned_view.hpp"
#include "jobflip/view/preset_view.hpp"
#include "jobflip/view/ways_out.hpp"

namespace jobflip::view {

std::string state_of(const core::GateResult& gate) {
  if (gate.allows) return "allows";
  return gate.applies ? "blocks" : "overridden by hand";
}

namespace {

std::string way_out_of(const core::CandidateResult& candidate, const core::PoolView& pool) {
  const auto found = std::ranges::find(pool.candidates, candidate.node, &core::CandidateView::node);
  return candidate.eligible || found == pool.candidates.end() ? "" : way_out(*found, pool);
}

}  // namespace

Json plan_json(const core::FlipPlan& plan, const core::PoolView& pool) {
  Json out{{"allowed", plan.allowed()}};
  const auto* block = plan.first_block();
  out["rule"] = block == nullptr ? Json{} : Json(core::name_of(block->rule));
  out["to"] = plan.target ? Json(plan.target->str()) : Json{};
  out["restart"] = plan.restart;
  out["gates"] = Json::array();
  for (const auto& gate : plan.gates) {
    out["gates"].push_back(
        Json{{"rule", core::name_of(gate.rule)},
             {"allows", gate.allows},
             {"applies", gate.applies},
             {"text", gate.text},
             {"command", gate.allows ? Json{} : text_json(way_out(gate.rule, pool))}});
  }
  out["candidates"] = Json::array();
  for (const auto& candidate : plan.candidates) {
    out["candidates"].push_back(Json{{"node", candidate.node.str()},
                                     {"eligible", candidate.eligible},
                                     {"text", candidate.text},
                                     {"command", text_json(way_out_of(candidate, pool))}});
  }
  return out;
}

namespace {

/// Null if nothing was learned.
Json queue_learned_json(const core::PoolSettings& pool, const QueueName& queue,
                        const std::vector<core::Learned>& learned) {
  const auto* settings = pool.find(queue);
  const auto rhythm = rhythm_of(learned, pool.name, queue);
  if (!rhythm || settings == nullptr) return nullptr;
  return learned_json(*settings, *rhythm);
}

}  // namespace

Json explain_json(const core::Snapshot& snapshot, const core::PoolView& pool,
                  const core::FlipPlan& automatic, const core::FlipPlan& manual,
                  const core::ObservedPools& observed, const std::vector<core::Learned>& learned) {
  const auto own_alarms = pool_alarms(snapshot, pool);
  Json alarms = Json::array();
  for (const auto& alarm : fleet_alarms(snapshot)) alarms.push_back(alarm.text);
  for (const auto& alarm : own_alarms) alarms.push_back(alarm.text);
  Json queues = Json::array();
  for (const auto& queue : pool.queues) {
    Json one = queue_json(pool, queue);
    one["preset"] = preset_json(pool.settings, queue.queue);
    one["learned"] = queue_learned_json(pool.settings, queue.queue, learned);
    queues.push_back(std::move(one));
  }
  return Json{{"schema", 1},
              {"pool", pool.settings.name.str()},
              {"alarms", std::move(alarms)},
              {"conditions", conditions_json(own_alarms)},
              {"observed", observed_json(pool, observed)},
              {"when_store_lost", core::word_of(pool.settings.when_store_lost)},
              {"when_workers_end", core::word_of(pool.settings.when_workers_end)},
              {"first", core::word_of(pool.settings.first)},
              {"automatic", plan_json(automatic, pool)},
              {"manual", plan_json(manual, pool)},
              {"queues", std::move(queues)}};
}

}  // namespace jobflip::view
