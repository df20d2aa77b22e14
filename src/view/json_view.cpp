#include "jobflip/view/json_view.hpp"

#include "jobflip/core/freshness.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/sample_document.hpp"
#include "jobflip/view/alarms.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/headline.hpp"

namespace jobflip::view {

Json flip_json(const core::FlipView& f) {
  return Json{{"flip", f.id.value},
              {"pool", f.pool.str()},
              {"state", core::name_of(f.state)},
              {"from", text_json(f.from.str())},
              {"to", text_json(f.to.str())},
              {"restart", core::is_restart(f)},
              {"automatic", f.automatic},
              {core::name_of(core::HistoryKind::takeover), f.takeover},
              {"host_is_off", f.host_is_off},
              {"actor", f.actor},
              {"reason", f.reason},
              {"requested_at", rfc3339(f.requested_at)},
              {"drained_at", time_json(f.drained_at)},
              {"released_at", time_json(f.released_at)},
              {"taken_at", time_json(f.taken_at)},
              {"started_at", time_json(f.started_at)},
              {"ended_at", time_json(f.ended_at)},
              {"from_epoch", f.from_epoch.value},
              {"epoch", f.epoch ? Json(f.epoch->value) : Json{}},
              {"overdue", f.overdue},
              {"age_ms", f.age.count()},
              {"state_age_ms", f.state_age.count()},
              {"last_sentence", f.last_sentence},
              {"incident", f.incident ? Json(f.incident->value) : Json{}}};
}

namespace {

Json open_incident_json(const std::optional<core::OpenIncident>& incident) {
  if (!incident) return Json{};
  return Json{{"incident", incident->id.value},
              {"class", core::name_of(incident->kind)},
              {"cause", core::name_of(incident->cause)},
              {"age_ms", incident->age.count()}};
}

Json sample_json(const core::QueueSample& sample) {
  return parse_json(core::sample_document(sample)).value_or(Json{});
}

Json crash_json(const core::CandidateView& c) {
  if (c.crashes == 0) return nullptr;
  return Json{{"ends", c.crashes},
              {"within_ms", ms_json(c.crashed_within)},
              {"reason", text_json(c.crash_reason)}};
}

Json node_json(const core::PoolView& pool, const core::CandidateView& c) {
  const bool active = core::is_held_by(pool, c.node);
  return Json{{"node", c.node.str()},
              {"role", active ? "active" : "standby"},
              {"priority", c.priority},
              {"beat_age_ms", ms_json(c.beat_age)},
              {"ready", c.ready},
              {"not_ready_reason", text_json(c.not_ready_reason)},
              {"version", text_json(c.program)},
              {"drained", c.drained},
              {"drain_reason", text_json(c.drain_reason)},
              {"crash_loop", crash_json(c)}};
}

Json owner_json(const core::OwnerView& owner) {
  const bool held = owner.state == core::OwnerState::held;
  return Json{{"state", held ? "held" : "released"},
              {"holder", text_json(owner.holder.str())},
              {"epoch", owner.epoch.value},
              {"beat_age_ms", ms_json(owner.beat_age)},
              {"taken_at", time_json(owner.taken_at)}};
}

}  // namespace

Json queue_json(const core::PoolView& pool, const core::QueueView& q) {
  return Json{{"queue", q.queue.str()},
              {"verdict", q.verdict},
              {"reason", q.reason},
              {"verdict_age_ms", q.verdict_age.count()},
              {"sample_age_ms", q.sample_age.count()},
              {"stale", core::is_stale(pool, q)},
              {"sample", q.sample ? sample_json(*q.sample) : Json{}}};
}

Json observed_json(const core::PoolView& pool, const core::ObservedPools& observed) {
  const auto found = observed.find(pool.settings.name);
  if (found == observed.end()) return nullptr;
  return Json{{"days", 7},
              {"would_have_flipped", found->second.wanted},
              {"ended_by_themselves", core::ended_by_themselves(pool, found->second)},
              {"flipped_by_hand", found->second.flipped}};
}

Json pool_json(const core::Snapshot& snapshot, const core::PoolView& pool,
               const core::ObservedPools& observed) {
  Json out{{"pool", pool.settings.name.str()},
           {"mode", pool.settings.mode == core::PoolMode::observe ? "observe" : "auto"},
           {"observed", observed_json(pool, observed)},
           {"when_store_lost", core::word_of(pool.settings.when_store_lost)},
           {"when_workers_end", core::word_of(pool.settings.when_workers_end)},
           {"first", core::word_of(pool.settings.first)},
           {"owner", owner_json(pool.owner)},
           {"pause", Json{}},
           {"cooldown", Json{}},
           {"restarted", Json{}},
           {"frozen_for_ms", ms_json(pool.frozen_for)},
           {"open_flip", pool.open_flip ? flip_json(*pool.open_flip) : Json{}},
           {"last_flip", pool.last_flip ? flip_json(*pool.last_flip) : Json{}},
           {"incident", open_incident_json(pool.incident)},
           {"deployment", running_deployment_json(pool.deployment)}};
  if (const auto& p = pool.pause) {
    out["pause"] = Json{{"ends_at", rfc3339(p->until)},
                        {"left_ms", p->left.count()},
                        {"actor", p->actor},
                        {"reason", p->reason}};
  }
  if (const auto& c = pool.cooldown) {
    out["cooldown"] =
        Json{{"left_ms", c->left.count()}, {"level", c->level}, {"flip", c->flip.value}};
  }
  if (const auto& r = pool.restart) {
    out["restarted"] = Json{{"flip", r->flip.value},
                            {"state", core::name_of(r->state)},
                            {"left_ms", r->left.count()},
                            {"uncured", r->uncured}};
  }
  const auto alarms = pool_alarms(snapshot, pool);
  out["alarms"] = Json::array();
  for (const auto& alarm : alarms) out["alarms"].push_back(alarm.text);
  out["conditions"] = conditions_json(alarms);
  const auto headline = headline_of(snapshot, pool);
  out["headline"] = Json{{"level", core::name_of(headline.level)},
                         {"state", headline.state},
                         {"command", text_json(headline.command)}};
  out["nodes"] = Json::array();
  for (const auto& candidate : pool.candidates) out["nodes"].push_back(node_json(pool, candidate));
  out["queues"] = Json::array();
  for (const auto& queue : pool.queues) out["queues"].push_back(queue_json(pool, queue));
  return out;
}

Json fleet_json(const core::Snapshot& snapshot, const std::vector<const core::PoolView*>& pools,
                const core::ObservedPools& observed) {
  const auto leader = core::leading_supervisor(snapshot);
  Json out{{"schema", 1},
           {"read_at", rfc3339(snapshot.store_time)},
           {"read_only", snapshot.read_only},
           {"copied", snapshot.copied},
           {"set_back", snapshot.set_back},
           {"supervisor", leader ? Json(leader->str()) : Json{}},
           {"budget", Json{{"flips", snapshot.budget.settings.flips},
                           {"window_ms", snapshot.budget.settings.window.count()},
                           {"used", snapshot.budget.used}}},
           {"alarms", Json::array()},
           {"pools", Json::array()}};
  const auto alarms = fleet_alarms(snapshot);
  for (const auto& alarm : alarms) out["alarms"].push_back(alarm.text);
  out["conditions"] = conditions_json(alarms);
  for (const auto* pool : pools) out["pools"].push_back(pool_json(snapshot, *pool, observed));
  return out;
}

Json error_json(int exit_code, std::string_view name, std::string_view text,
                std::string_view detail, std::string_view hint) {
  return Json{{"schema", 1},
              {"error", Json{{"exit_code", exit_code},
                             {"name", name},
                             {"text", text},
                             {"detail", text_json(std::string{detail})},
                             {"hint", text_json(std::string{hint})}}}};
}

}  // namespace jobflip::view
