#include "jobflip/view/alarms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/gates.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/texts.hpp"
#include "jobflip/view/ways_out.hpp"

namespace jobflip::view {
namespace {

using core::AlarmKind;

constexpr std::size_t kMostDamage = 10;  // shown one by one

/// `out` has the alarms before it.
void add_damaged(const core::Snapshot& snapshot, std::vector<Alarm>& out) {
  for (const auto& text : snapshot.damaged) {
    if (out.size() == kMostDamage) {
      out.push_back({{AlarmKind::damaged},
                     fmt::format("DAMAGED: {} rows in all", snapshot.damaged.size()),
                     way_out(AlarmKind::damaged)});
      break;
    }
    out.push_back({{AlarmKind::damaged},
                   "DAMAGED: " + printable(text, 200),
                   out.empty() ? way_out(AlarmKind::damaged) : ""});
  }
}

std::string no_supervisor_text(const core::Snapshot& snapshot) {
  const auto& pool = snapshot.supervisors;
  const bool held = pool && pool->owner.beat_age;
  const auto last = held ? fmt::format(" (the last was {}, {} ago)", pool->owner.holder.str(),
                                       short_duration(*pool->owner.beat_age))
                         : std::string{};
  return "NO SUPERVISOR leads: no verdicts, no automatic flips" + last;
}

std::string text_of(AlarmKind kind, const core::Snapshot& snapshot) {
  switch (kind) {
    case AlarmKind::read_only:
      return "THE STORE IS READ-ONLY: " + printable(snapshot.read_only, 100) +
             "; no lease can be renewed, so workers end, and what is below is as old as that";
    case AlarmKind::copied:
      return "A COPY of another store: nobody takes a pool in it; if it replaces the other one, "
             "see `jobflip help migrate`";
    case AlarmKind::set_back:
      return "THE STORE WAS SET BACK to an older copy of its files, as a node claims: " +
             printable(snapshot.set_back) + "; if so, what was recorded in between is lost";
    case AlarmKind::no_supervisor:
      return no_supervisor_text(snapshot);
    case AlarmKind::budget_used: {
      const auto& budget = snapshot.budget;
      return fmt::format(
          "BUDGET used up: {} of {} automatic flips within {}: none until the oldest is older than "
          "that, except by hand",
          budget.used, budget.settings.flips, short_duration(budget.settings.window));
    }
    default:
      return "";
  }
}

/// "job2: drained by ann: disk; job3: silent"
std::string candidates_text(const core::PoolView& pool) {
  std::string text;
  for (const auto& one : core::judge_candidates(pool))
    if (!core::is_held_by(pool, one.node))
      text += (text.empty() ? "" : "; ") + one.node.str() + ": " + printable(one.text, 100);
  return text;
}

std::string crash_loop_text(const core::PoolView& pool, const NodeName& node) {
  const auto found = std::ranges::find(pool.candidates, node, &core::CandidateView::node);
  if (found == pool.candidates.end()) return "";
  const auto within =
      found->crashed_within ? " in " + short_duration(*found->crashed_within) : std::string{};
  return fmt::format("CRASH LOOP on {}: its workers ended by themselves {} times{}, at last: {}",
                     node.str(), found->crashes, within, printable(found->crash_reason, 300));
}

std::string open_flip_text(const core::FlipView& flip) {
  return fmt::format("FLIP {} {}: {} for {}{}, by {}: {}", flip.id.value, core::name_of(flip.state),
                     move_text(flip), short_duration(flip.age), flip.overdue ? " (overdue)" : "",
                     printable(flip.actor, 60), printable(flip.reason, 200));
}

std::string restarted_text(const core::RestartView& restart) {
  const auto until =
      restart.uncured ? std::string{"; a flip comes next"}
                      : fmt::format("; a stall within {} is flipped", short_duration(restart.left));
  return fmt::format("RESTARTED by flip {}, {}{}", restart.flip.value, core::name_of(restart.state),
                     until);
}

std::string pause_text(const core::PauseView& pause) {
  return fmt::format("PAUSED until {} ({} left) by {}: {}", clock_text(pause.until),
                     short_duration(pause.left), printable(pause.actor, 60),
                     printable(pause.reason, 200));
}

std::string queue_alarm_text(const core::PoolView& pool, const core::Alarm& alarm) {
  const auto found = std::ranges::find(pool.queues, alarm.queue, &core::QueueView::queue);
  if (found == pool.queues.end()) return "";
  if (core::is_stale(pool, *found))
    return fmt::format("NOT WATCHED: queue {} was last read {} ago", found->queue.str(),
                       short_duration(found->sample_age));
  return fmt::format("{}: queue {} for {}: {}", printable(found->verdict, 20), found->queue.str(),
                     short_duration(found->verdict_age), printable(found->reason));
}

/// Nobody takes over in a pause, nor before the lease has certainly ended.
std::string silent_text(const core::PoolView& pool) {
  const Millis age = pool.owner.beat_age.value_or(Millis{0});
  const Millis left = pool.settings.timings.takeover_after - age;
  const auto text = fmt::format("SILENT: {} has not beaten for {}", pool.owner.holder.str(),
                                age_text(pool.owner.beat_age));
  if (pool.pause) return text + "; in a pause nobody takes over";
  const auto target = core::choose_target(pool);
  if (!target) return text + "; no node could take over: " + candidates_text(pool);
  if (left > Millis{0})
    return fmt::format("{}; {} takes over in about {}", text, target->str(), short_duration(left));
  return fmt::format("{}; {} takes over now", text, target->str());
}

std::string standby_silent_text(const core::PoolView& pool, const NodeName& node) {
  const auto found = std::ranges::find(pool.candidates, node, &core::CandidateView::node);
  const bool seen = found != pool.candidates.end() && found->beat_age;
  return "STANDBY SILENT: " + node.str() +
         (seen ? " has not beaten for " + short_duration(*found->beat_age)
               : std::string{" was never seen"});
}

/// Only for an alarm that core found in this pool: what it is about is there.
std::string text_of(const core::Alarm& alarm, const core::PoolView& pool) {
  const auto age = [&] { return age_text(pool.owner.beat_age); };
  switch (alarm.kind) {
    case AlarmKind::not_active:
      return "NOT ACTIVE: no node runs its workers";
    case AlarmKind::silent:
      return silent_text(pool);
    case AlarmKind::not_renewed:
      return fmt::format("NOT RENEWED: {} beats, and has not renewed its lease for {}",
                         alarm.node.str(), age());
    case AlarmKind::crash_loop:
      return crash_loop_text(pool, alarm.node);
    case AlarmKind::standby_crash_loop:
      return "STANDBY " + crash_loop_text(pool, alarm.node);
    case AlarmKind::not_cured:
      return fmt::format("FLIP {} DID NOT HELP: no job was seen to complete under the new lease",
                         pool.cooldown ? pool.cooldown->flip.value : 0);
    case AlarmKind::flip_held:
      return fmt::format("HELD by {}: {}", core::name_of(alarm.rule.value_or(core::Rule::verdict)),
                         printable(alarm.why, 300));
    case AlarmKind::flip_due:
      return "FLIP " + due_text(alarm, pool) + ", by itself";
    case AlarmKind::no_standby:
      return "NO STANDBY: no node could take over: " + candidates_text(pool);
    case AlarmKind::standby_silent:
      return standby_silent_text(pool, alarm.node);
    case AlarmKind::queue_stuck:
    case AlarmKind::queue_blind:
    case AlarmKind::queue_alarm:
      return queue_alarm_text(pool, alarm);
    case AlarmKind::frozen:
      return fmt::format("FROZEN for {}: the store lost history, nobody takes over",
                         short_duration(*pool.frozen_for));
    case AlarmKind::flip_open:
      return open_flip_text(*pool.open_flip);
    case AlarmKind::paused:
      return pause_text(*pool.pause);
    case AlarmKind::deployment:
      return running_deployment_text(*pool.deployment);
    case AlarmKind::cooldown:
      return fmt::format("COOLDOWN for {} since flip {}, unless somebody has looked at it",
                         short_duration(pool.cooldown->left), pool.cooldown->flip.value);
    case AlarmKind::restarted:
      return restarted_text(*pool.restart);
    case AlarmKind::keep:
      return fmt::format("KEEP: when the store is lost, {}", when_store_lost_text(pool.settings));
    case AlarmKind::observe:
      return "OBSERVE: it only records what it would have done";
    default:
      return "";
  }
}

}  // namespace

std::vector<Alarm> fleet_alarms(const core::Snapshot& snapshot) {
  std::vector<Alarm> out;
  for (const auto& alarm : core::alarms_of(snapshot)) {
    if (alarm.kind == AlarmKind::damaged)
      add_damaged(snapshot, out);
    else
      out.push_back({alarm, text_of(alarm.kind, snapshot), way_out(alarm.kind)});
  }
  return out;
}

std::vector<Alarm> pool_alarms(const core::Snapshot& snapshot, const core::PoolView& pool) {
  std::vector<Alarm> out;
  for (const auto& alarm : core::alarms_of(snapshot, pool))
    out.push_back({alarm, text_of(alarm, pool), way_out(alarm, pool)});
  return out;
}

std::string due_text(const core::Alarm& alarm, const core::PoolView& pool) {
  const bool restart = core::is_held_by(pool, alarm.node);
  return fmt::format("{} {} {}", restart ? "restart on" : "to", alarm.node.str(),
                     alarm.left > Millis{0} ? "in about " + short_duration(alarm.left) : "now");
}

std::vector<Alarm> without_repeats(std::vector<Alarm> alarms) {
  const auto held = std::ranges::find(alarms, AlarmKind::flip_held,
                                      [](const Alarm& alarm) { return alarm.fact.kind; });
  if (held == alarms.end()) return alarms;
  const auto repeated = [rule = held->fact.rule](const Alarm& alarm) {
    switch (alarm.fact.kind) {
      case AlarmKind::paused:
        return rule == core::Rule::pause;
      case AlarmKind::deployment:
        return rule == core::Rule::deployment;
      case AlarmKind::cooldown:
        return rule == core::Rule::cooldown;
      case AlarmKind::no_standby:
        return rule == core::Rule::target;
      case AlarmKind::observe:
        return rule == core::Rule::observe;
      default:
        return false;
    }
  };
  std::erase_if(alarms, repeated);
  return alarms;
}

Json conditions_json(const std::vector<Alarm>& alarms) {
  Json out = Json::array();
  for (const Alarm& alarm : alarms) {
    const auto& fact = alarm.fact;
    out.push_back(Json{{"kind", core::name_of(fact.kind)},
                       {"level", core::name_of(core::level_of(fact.kind))},
                       {"node", text_json(fact.node.str())},
                       {"queue", text_json(fact.queue.str())},
                       {"rule", fact.rule ? Json(core::name_of(*fact.rule)) : Json{}},
                       {"text", alarm.text},
                       {"command", text_json(alarm.command)}});
  }
  return out;
}

}  // namespace jobflip::view
