#include "jobflip/view/alarms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::view {
namespace {

using core::AlarmKind;

constexpr std::size_t kMostDamage = 10;  // shown one by one

/// `out` has the alarms before it.
void add_damaged(const core::Snapshot& snapshot, std::vector<Alarm>& out) {
  for (const auto& text : snapshot.damaged) {
    if (out.size() == kMostDamage) {
      out.push_back(
          {AlarmKind::damaged, fmt::format("DAMAGED: {} rows in all; `jobflip doctor` has them",
                                           snapshot.damaged.size())});
      break;
    }
    out.push_back({AlarmKind::damaged, "DAMAGED: " + printable(text, 200)});
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
          "that; by hand: `jobflip flip POOL`",
          budget.used, budget.settings.flips, short_duration(budget.settings.window));
    }
    default:
      return "";
  }
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

/// Only for an alarm that core found in this pool: what it is about is there.
std::string text_of(const core::Alarm& alarm, const core::PoolView& pool) {
  const auto age = [&] { return age_text(pool.owner.beat_age); };
  switch (alarm.kind) {
    case AlarmKind::not_active:
      return "NOT ACTIVE: no node runs its workers";
    case AlarmKind::silent:
      return fmt::format("SILENT: {} has not beaten for {}", alarm.node.str(), age());
    case AlarmKind::not_renewed:
      return fmt::format("NOT RENEWED: {} beats, and has not renewed its lease for {}",
                         alarm.node.str(), age());
    case AlarmKind::crash_loop:
      return crash_loop_text(pool, alarm.node);
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
    case AlarmKind::cooldown:
      return fmt::format(
          "COOLDOWN for {} since flip {}; looked at it? `jobflip ack {} --comment TEXT`",
          short_duration(pool.cooldown->left), pool.cooldown->flip.value, pool.settings.name.str());
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
      out.push_back({alarm.kind, text_of(alarm.kind, snapshot)});
  }
  return out;
}

std::vector<Alarm> pool_alarms(const core::PoolView& pool) {
  std::vector<Alarm> out;
  for (const auto& alarm : core::alarms_of(pool)) out.push_back({alarm.kind, text_of(alarm, pool)});
  return out;
}

}  // namespace jobflip::view
