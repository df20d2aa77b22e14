#include "jobflip/view/headline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/alarms.hpp"
#include "jobflip/view/ways_out.hpp"

namespace jobflip::view {
namespace {

using core::AlarmKind;

/// "STALLED 15s, 99 waiting": the verdict is the queue's, and so is the name where a pool has
/// several queues.
std::string queue_state(const core::PoolView& pool, const QueueName& name) {
  const auto queue = std::ranges::find(pool.queues, name, &core::QueueView::queue);
  if (queue == pool.queues.end()) return "";
  if (core::is_stale(pool, *queue))
    return fmt::format("NOT WATCHED {}: {}", short_duration(queue->sample_age), name.str());
  std::string text = printable(queue->verdict, 20) + " " + short_duration(queue->verdict_age);
  if (queue->sample && queue->sample->runnable > 0)
    text += fmt::format(", {} waiting", queue->sample->runnable);
  return pool.queues.size() > 1 ? text + ": " + name.str() : text;
}

std::string not_cured_state(const core::PoolView& pool) {
  std::int64_t waiting = 0;
  for (const auto& queue : pool.queues)
    if (queue.sample) waiting += queue.sample->runnable;
  const auto flip = pool.cooldown ? pool.cooldown->flip.value : 0;
  return fmt::format("FLIP {} DID NOT HELP, {} waiting", flip, waiting);
}

std::string crash_state(const core::PoolView& pool, const NodeName& node) {
  const auto found = std::ranges::find(pool.candidates, node, &core::CandidateView::node);
  const int ends = found == pool.candidates.end() ? 0 : found->crashes;
  return fmt::format("CRASH LOOP on {}, {} ends", node.str(), ends);
}

/// Only for an alarm that core found in this pool.
std::string state_of(const core::Alarm& alarm, const core::PoolView& pool) {
  const auto beat = [&] { return short_duration(pool.owner.beat_age.value_or(Millis{0})); };
  switch (alarm.kind) {
    case AlarmKind::not_active:
      return "NOT ACTIVE";
    case AlarmKind::silent:
      return fmt::format("SILENT {}: {}{}", beat(), alarm.node.str(),
                         pool.pause ? ", HELD by pause" : "");
    case AlarmKind::not_renewed:
      return fmt::format("NOT RENEWED {}: {}", beat(), alarm.node.str());
    case AlarmKind::crash_loop:
      return crash_state(pool, alarm.node);
    case AlarmKind::queue_stuck:
    case AlarmKind::queue_blind:
    case AlarmKind::queue_alarm:
      return queue_state(pool, alarm.queue);
    case AlarmKind::flip_held:
      return fmt::format("HELD by {}", core::name_of(alarm.rule.value_or(core::Rule::verdict)));
    case AlarmKind::flip_due:
      return due_text(alarm, pool);
    case AlarmKind::frozen:
      return "FROZEN " + short_duration(*pool.frozen_for);
    case AlarmKind::flip_open:
      return fmt::format("FLIP {} {}", pool.open_flip->id.value,
                         core::name_of(pool.open_flip->state));
    case AlarmKind::not_cured:
      return not_cured_state(pool);
    case AlarmKind::standby_crash_loop:
      return "STANDBY " + crash_state(pool, alarm.node);
    case AlarmKind::no_standby:
      return "NO STANDBY";
    case AlarmKind::standby_silent:
      return "STANDBY SILENT: " + alarm.node.str();
    case AlarmKind::paused:
      return "PAUSED, " + short_duration(pool.pause->left) + " left";
    case AlarmKind::deployment:
      return "DEPLOYMENT " + short_duration(pool.deployment->age);
    case AlarmKind::cooldown:
      return "COOLDOWN " + short_duration(pool.cooldown->left);
    case AlarmKind::restarted:
      return fmt::format("RESTARTED by flip {}", pool.restart->flip.value);
    case AlarmKind::observe:
      return "OBSERVE";
    default:
      return "ok";
  }
}

const core::Alarm* find_alarm(const std::vector<core::Alarm>& alarms, AlarmKind kind) {
  const auto found = std::ranges::find(alarms, kind, &core::Alarm::kind);
  return found == alarms.end() ? nullptr : &*found;
}

/// The flip that runs because of it, what keeps the pool from one, or when one comes.
const core::Alarm* done_about(const core::Alarm& worst, const std::vector<core::Alarm>& alarms) {
  const bool wants_a_flip =
      worst.kind == AlarmKind::queue_stuck || worst.kind == AlarmKind::crash_loop;
  if (!wants_a_flip && worst.kind != AlarmKind::not_active) return nullptr;
  if (const auto* open = find_alarm(alarms, AlarmKind::flip_open)) return open;
  if (!wants_a_flip) return nullptr;
  const auto* held = find_alarm(alarms, AlarmKind::flip_held);
  return held != nullptr ? held : find_alarm(alarms, AlarmKind::flip_due);
}

}  // namespace

Headline headline_of(const core::Snapshot& snapshot, const core::PoolView& pool) {
  return headline_of(core::alarms_of(snapshot, pool), pool);
}

Headline headline_of(const std::vector<core::Alarm>& alarms, const core::PoolView& pool) {
  const core::Alarm* worst = core::worst_of(alarms);
  if (worst == nullptr) return {core::AlarmLevel::note, "ok", ""};
  Headline out{core::level_of(worst->kind), state_of(*worst, pool), way_out(*worst, pool)};
  if (const auto* done = done_about(*worst, alarms)) {
    out.state += ", " + state_of(*done, pool);
    out.command = way_out(*done, pool);
  }
  return out;
}

std::vector<PoolLine> pool_lines(const core::Snapshot& snapshot,
                                 const std::vector<const core::PoolView*>& pools) {
  std::vector<PoolLine> out;
  for (const auto* pool : pools) out.push_back({pool, headline_of(snapshot, *pool)});
  std::ranges::stable_sort(out, std::greater{},
                           [](const PoolLine& line) { return line.headline.level; });
  return out;
}

}  // namespace jobflip::view
