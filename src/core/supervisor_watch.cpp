#include <algorithm>
#include <utility>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/back_off.hpp"

namespace jobflip::core::supervisor {
namespace {

constexpr Millis kSnapshotShortest{200};
constexpr Millis kSnapshotLongest{1000};
constexpr Millis kAckMargin{2000};  // what ends so much before its time was ended by a person

/// Half of the shortest interval of any pool, within bounds.
Millis snapshot_pace(const Snapshot& snapshot) {
  Millis pace = kSnapshotLongest;
  for (const PoolView& pool : snapshot.pools) {
    pace = std::min(pace, pool.settings.timings.beat_every / 2);
    for (const QueueSettings& queue : pool.settings.queues)
      pace = std::min(pace, queue.sample_every / 2);
  }
  return std::max(pace, kSnapshotShortest);
}

QueueWatch new_queue_watch(const QueueSettings& settings, const Rhythm& rhythm, Instant now) {
  QueueWatch watch;
  watch.settings = settings;
  watch.detector = first_detector_state(settings, rhythm, now);
  watch.reason = "not read yet";
  watch.next_sample = now;
  return watch;
}

/// With other settings the watch begins again; what was learned stays.
void follow_queues(SupervisorState& s, PoolWatch& watch, Instant now) {
  const PoolName& pool = watch.settings.name;
  std::erase_if(watch.queues, [&](auto& entry) {
    const bool stays = std::ranges::find(watch.settings.queues, entry.second.settings) !=
                       watch.settings.queues.end();
    if (!stays) s.remembered[{pool, entry.first}] = entry.second.detector.rhythm;
    return !stays;
  });
  for (const QueueSettings& queue : watch.settings.queues) {
    if (watch.queues.contains(queue.name)) continue;
    auto known = s.remembered.extract({pool, queue.name});
    watch.queues.emplace(queue.name,
                         new_queue_watch(queue, known.empty() ? Rhythm{} : known.mapped(), now));
  }
}

/// With the next reading.
void begin_watch(QueueWatch& queue, DetectorState detector) {
  queue.detector = std::move(detector);
  queue.flip_may_help = false;
  queue.begins = true;
}

void warm_up_again(PoolWatch& watch, Instant now) {
  for (auto& [name, queue] : watch.queues)
    begin_watch(queue, restarted(queue.settings, queue.detector, now));
  watch.stalled_since.reset();
  watch.held_by.clear();
}

void sample_at_once(PoolWatch& watch, Instant now) {
  for (auto& [name, queue] : watch.queues) queue.next_sample = now;
}

/// The old node has no worker left, so every job that completes does so on the new node.
bool has_old_workers_gone(FlipState state) {
  return state == FlipState::released || state == FlipState::expired || state == FlipState::taken ||
         state == FlipState::started;
}

void end_flip(PoolWatch& watch) {
  for (auto& [name, queue] : watch.queues) learn_from_flip(queue.detector, FlipEffect::unknown);
  watch.flip.reset();
  watch.step = FlipStepWatch{};
  watch.restarts = false;
  watch.workers_gone = false;
  watch.judging.reset();
  watch.judged = false;
  watch.cures.clear();
}

/// After a gap the agents may be backing off too; they get the longest back-off to come back.
void follow_step(PoolWatch& watch, const FlipView& flip, Instant now) {
  FlipStepWatch& seen = watch.step;
  const bool first = seen.last_seen == Instant{};
  const auto unseen =
      first ? flip.state_age : std::chrono::duration_cast<Millis>(now - seen.last_seen);
  const bool gap = unseen > longest_gap(watch.settings.timings);
  if (first || seen.state != flip.state) {
    seen = FlipStepWatch{flip.state, now, now, Millis{0}};
  } else if (gap) {
    seen.unseen += unseen;
  }
  if (gap) seen.since = now + kCalls.longest;
  seen.last_seen = now;
}

/// The new node took the lease again and restarts its workers, so the watch for a cure restarts
/// too.
void forget_cure(PoolWatch& watch) {
  watch.judging.reset();
  watch.judged = false;
  for (auto& [queue, cure] : watch.cures) {
    CureWatch fresh;
    fresh.was_stalled = cure.was_stalled;
    cure = fresh;
  }
}

/// Whether the stall goes on over this snapshot although the lease is a new one, or a flip ended:
/// a restart is in progress, or did not cure. The same workers run on the same node, so what their
/// queues showed before still counts, and the flip that follows need not wait for a new verdict.
bool does_stall_go_on(const PoolWatch& watch, const PoolView& view) {
  if (!watch.restarts) return false;
  if (view.open_flip) return view.open_flip->id == *watch.flip;
  return view.restart && view.restart->flip == *watch.flip && view.restart->uncured;
}

void follow_flip(Step& step, PoolWatch& watch, const PoolView& view) {
  const bool ended = watch.flip && (!view.open_flip || view.open_flip->id != *watch.flip);
  const bool stall_goes_on = does_stall_go_on(watch, view);
  if (ended) end_flip(watch);
  if (ended || watch.epoch != view.owner.epoch) step.state.heads_due = true;
  if (view.open_flip && !watch.flip) {
    begin_flip(watch, view.open_flip->id, is_restart(*view.open_flip), step.now);
    step.state.heads_due = true;
    step.log(LogEventKind::flip_asked, watch, "",
             "flip " + std::to_string(watch.flip->value) + " of pool " + watch.settings.name.str() +
                 " was requested by " + printable(view.open_flip->actor, 200) + ": " +
                 printable(view.open_flip->reason, 2000));
  }
  if ((ended || watch.epoch != view.owner.epoch) && !stall_goes_on) warm_up_again(watch, step.now);
  watch.epoch = view.owner.epoch;
  if (!view.open_flip) return;

  const FlipState state = view.open_flip->state;
  follow_step(watch, *view.open_flip, step.now);
  if (state != FlipState::started && watch.judging) forget_cure(watch);
  if (has_old_workers_gone(state) && !watch.workers_gone) {
    watch.workers_gone = true;
    sample_at_once(watch, step.now);
  }
  if (state == FlipState::started && !watch.judging) {
    watch.judging = view.open_flip->id;
    sample_at_once(watch, step.now);
  }
}

/// When the holder's workers last ended in their crash loop, as far as this supervisor saw it.
void follow_last_end(PoolWatch& watch, const PoolView& view, bool is_new, Instant now) {
  const CandidateView* crashing = find_crashing_holder(view);
  CrashCount& seen = watch.crashes;
  if (is_new || seen.node != view.owner.holder) seen = CrashCount{view.owner.holder, -1, {}};
  const int ends = crashing != nullptr ? crashing->crashes : 0;
  if (seen.ends >= 0 && ends > seen.ends) seen.last_end = now;
  seen.ends = ends;
}

/// `jobflip ack` says that a person has looked. Flips that did not help then no longer raise what
/// the next one needs. It ends a cooldown, or a ban on restarts, before its time, and its level.
void follow_acknowledgement(PoolWatch& watch, const PoolView& view, Instant now) {
  const bool was_level = std::exchange(watch.cooldown_level, view.cooldown_level) > 0;
  const auto restart_until = std::exchange(
      watch.restart_until, view.restart ? std::optional{now + view.restart->left} : std::nullopt);
  const bool ended_early = restart_until && now + kAckMargin < *restart_until && !view.restart;
  if (view.open_flip || watch.flip || watch.epoch != view.owner.epoch) return;
  if (!(was_level && view.cooldown_level == 0) && !ended_early) return;
  for (auto& [name, queue] : watch.queues) forget_vain_flips(queue.detector.rhythm);
}

/// What was a crash loop a day ago may have been repaired since, even if no job came to show it.
void follow_crashes(PoolWatch& watch, const PoolView& view, Instant now) {
  constexpr std::chrono::hours kRemembered{24};
  std::erase_if(watch.crashed,
                [&](const auto& entry) { return now - entry.second.at > kRemembered; });
  if (const auto crash = crash_of_holder(view))
    watch.crashed[crash->node] = CrashSeen{crash->ends, crash->within, now};
}

void forget_pools_that_are_gone(SupervisorState& s) {
  const auto gone = [&](const PoolName& pool) { return find_pool(s, pool) == nullptr; };
  std::erase_if(s.pools, [&](const auto& entry) { return gone(entry.first); });
  std::erase_if(s.wanted, [&](const FlipRequest& request) { return gone(request.pool); });
  std::erase_if(s.holds, [&](const HoldRecord& hold) { return gone(hold.pool); });
  std::erase_if(s.incidents, [&](const SeenIncident& one) { return gone(one.report.pool); });
}

/// Drops outcomes that the new snapshot has made obsolete.
void drop_settled_outcomes(SupervisorState& s) {
  std::erase_if(s.outcomes, [&](const FlipOutcome& outcome) {
    return std::ranges::none_of(s.snapshot->pools, [&](const PoolView& pool) {
      return pool.open_flip && pool.open_flip->id == outcome.flip &&
             find_transition(pool.open_flip->state, outcome.event) != nullptr;
    });
  });
}

}  // namespace

std::optional<CrashCondition> crash_of_holder(const PoolView& view) {
  const CandidateView* crashing = find_crashing_holder(view);
  if (crashing == nullptr) return std::nullopt;
  return CrashCondition{crashing->node, crashing->crashes, crashing->crashed_within};
}

void follow_stall(Step& step, PoolWatch& watch) {
  const bool stalled = std::ranges::any_of(
      watch.queues, [](const auto& entry) { return entry.second.flip_may_help; });
  if (!stalled) return watch.stalled_since.reset();
  if (watch.stalled_since) return;
  watch.stalled_since = step.now;
  // a decision needs a snapshot, so read one as soon as the hold-down is over
  step.state.next_snapshot =
      std::min(step.state.next_snapshot, step.now + watch.settings.hold_down);
}

void watch_again(QueueWatch& queue, Instant now) {
  begin_watch(queue, first_detector_state(queue.settings, queue.detector.rhythm, now));
}

void begin_flip(PoolWatch& watch, FlipId flip, bool restart, Instant now) {
  end_flip(watch);
  watch.flip = flip;
  watch.restarts = restart;
  for (auto& [name, queue] : watch.queues) {
    watch.cures[name].was_stalled = is_stuck(queue.detector.state);
    if (restart)
      queue.detector.workers_since = now;
    else
      core::begin_flip(queue.detector, now);
  }
}

void follow_snapshot(Step& step) {
  SupervisorState& s = step.state;
  s.snapshot_every = snapshot_pace(*s.snapshot);
  s.next_snapshot = step.now + s.snapshot_every;
  forget_pools_that_are_gone(s);
  drop_settled_outcomes(s);
  for (const PoolView& view : s.snapshot->pools) {
    const auto [entry, is_new] = s.pools.try_emplace(view.settings.name);
    PoolWatch& watch = entry->second;
    if (is_new) watch.epoch = view.owner.epoch;
    if (watch.settings != view.settings) {
      watch.settings = view.settings;
      follow_queues(s, watch, step.now);
    }
    if (!is_new) follow_acknowledgement(watch, view, step.now);
    watch.cooldown_level = view.cooldown_level;
    follow_flip(step, watch, view);
    follow_last_end(watch, view, is_new, step.now);
    follow_crashes(watch, view, step.now);
    follow_stall(step, watch);
  }
}

}  // namespace jobflip::core::supervisor
