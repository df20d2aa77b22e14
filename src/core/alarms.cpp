#include "jobflip/core/alarms.hpp"

#include <algorithm>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/freshness.hpp"
#include "jobflip/core/gates.hpp"
#include "jobflip/core/plan_now.hpp"

namespace jobflip::core {
namespace {

/// After an outage of the store, say, the holder's node beats again before it takes its pool again.
bool holder_sends_beats(const PoolView& pool) {
  return std::ranges::any_of(pool.candidates, [&](const CandidateView& candidate) {
    return is_held_by(pool, candidate.node) && is_fresh(candidate.beat_age, pool.settings.timings);
  });
}

std::optional<AlarmKind> alarm_of(const PoolView& pool, const QueueView& queue) {
  if (is_stale(pool, queue)) return AlarmKind::queue_blind;
  const auto verdict = parse_queue_state(queue.verdict);
  return verdict ? alarm_of(*verdict) : std::nullopt;
}

/// Those of one kind, in the order of the queues.
void add_queues(AlarmKind kind, const PoolView& pool, std::vector<Alarm>& out) {
  for (const QueueView& queue : pool.queues)
    if (alarm_of(pool, queue) == kind) out.push_back({kind, {}, queue.queue});
}

/// What keeps a pool from an automatic flip that it needs, or when that comes. A flip that runs is
/// an alarm of its own, and so is a supervisor that is missing; a hold-down passes.
void add_wanted_flip(const Snapshot& snapshot, const PoolView& pool, std::vector<Alarm>& out) {
  const bool crashes = find_crashing_holder(pool) != nullptr;
  if ((!stalled_for(pool) && !crashes) || pool.open_flip || !leading_supervisor(snapshot)) return;
  const auto plan = plan_automatic(snapshot, pool);
  const GateResult* block = plan.deciding_block();
  if (block != nullptr && block->rule == Rule::verdict) return;  // it needs none now
  if (block != nullptr && block->rule != Rule::hold_down)
    return out.push_back({AlarmKind::flip_held, {}, {}, block->rule, block->text});
  const Millis stalled = stalled_for(pool).value_or(Millis{0});
  const Millis left = block == nullptr ? Millis{0} : pool.settings.hold_down - stalled;
  out.push_back({AlarmKind::flip_due,
                 plan.target.value_or(NodeName{}),
                 {},
                 {},
                 {},
                 std::max(left, Millis{0})});
}

bool moves(const QueueView& queue) {
  const auto verdict = parse_queue_state(queue.verdict);
  return verdict == QueueState::ok || verdict == QueueState::idle || verdict == QueueState::busy;
}

/// During the cooldown after an ineffective flip. A verdict takes some readings under the new
/// lease; meanwhile the pool is as ill as before.
bool is_uncured(const PoolView& pool) {
  const auto& last = pool.last_flip;
  return pool.cooldown && last && last->id == pool.cooldown->flip &&
         last->state == FlipState::ineffective && std::ranges::none_of(pool.queues, moves);
}

bool is_silent_standby(const PoolView& pool, const CandidateView& candidate) {
  const CandidateNote note = note_of(pool, candidate);
  return !is_held_by(pool, candidate.node) &&
         (note == CandidateNote::silent || note == CandidateNote::never_seen);
}

/// A pool with one candidate was made that way.
void add_standbys(const PoolView& pool, std::vector<Alarm>& out) {
  if (pool.candidates.size() < 2 || pool.owner.state != OwnerState::held) return;
  if (!choose_target(pool)) return out.push_back({AlarmKind::no_standby});
  for (const CandidateView& candidate : pool.candidates)
    if (is_silent_standby(pool, candidate))
      out.push_back({AlarmKind::standby_silent, candidate.node});
}

}  // namespace

std::optional<AlarmKind> alarm_of(QueueState verdict) noexcept {
  using enum QueueState;
  switch (verdict) {
    case stalled:
    case held:
    case starved:
      return AlarmKind::queue_stuck;
    case blind:
      return AlarmKind::queue_blind;
    case failing:
    case unpromoted:
    case blocked:
    case lagging:
    case silent:
      return AlarmKind::queue_alarm;
    case paused:
    case warmup:
    case busy:
    case idle:
    case ok:
      break;
  }
  return std::nullopt;
}

AlarmLevel level_of(AlarmKind kind) noexcept {
  switch (kind) {
    case AlarmKind::read_only:
    case AlarmKind::copied:
    case AlarmKind::set_back:
    case AlarmKind::damaged:
    case AlarmKind::no_supervisor:
    case AlarmKind::not_active:
    case AlarmKind::silent:
    case AlarmKind::not_renewed:
    case AlarmKind::crash_loop:
    case AlarmKind::not_cured:
    case AlarmKind::queue_stuck:
    case AlarmKind::flip_held:
    case AlarmKind::frozen:
      return AlarmLevel::critical;
    case AlarmKind::queue_blind:
    case AlarmKind::queue_alarm:
    case AlarmKind::budget_used:
    case AlarmKind::flip_open:
    case AlarmKind::standby_crash_loop:
    case AlarmKind::no_standby:
    case AlarmKind::standby_silent:
    case AlarmKind::paused:
    case AlarmKind::cooldown:
    case AlarmKind::restarted:
    case AlarmKind::observe:
      return AlarmLevel::warning;
    case AlarmKind::flip_due:
    case AlarmKind::deployment:
    case AlarmKind::keep:
      break;
  }
  return AlarmLevel::note;
}

std::vector<Alarm> alarms_of(const Snapshot& snapshot) {
  std::vector<Alarm> out;
  if (!snapshot.read_only.empty()) out.push_back({AlarmKind::read_only});
  if (snapshot.copied) out.push_back({AlarmKind::copied});
  if (!snapshot.set_back.empty()) out.push_back({AlarmKind::set_back});
  if (!snapshot.damaged.empty()) out.push_back({AlarmKind::damaged});
  // nobody can lead in a store that takes no writes
  if (!leading_supervisor(snapshot) && snapshot.read_only.empty())
    out.push_back({AlarmKind::no_supervisor});
  if (snapshot.budget.used >= snapshot.budget.settings.flips)
    out.push_back({AlarmKind::budget_used});
  return out;
}

std::vector<Alarm> alarms_of(const Snapshot& snapshot, const PoolView& pool) {
  std::vector<Alarm> out;
  if (pool.owner.state != OwnerState::held)
    out.push_back({AlarmKind::not_active});
  else if (!is_fresh(pool.owner.beat_age, pool.settings.timings))
    out.push_back(
        {holder_sends_beats(pool) ? AlarmKind::not_renewed : AlarmKind::silent, pool.owner.holder});
  for (const auto& candidate : pool.candidates)
    if (candidate.crashes != 0 && is_held_by(pool, candidate.node))
      out.push_back({AlarmKind::crash_loop, candidate.node});
  if (is_uncured(pool)) out.push_back({AlarmKind::not_cured});
  add_queues(AlarmKind::queue_stuck, pool, out);
  add_wanted_flip(snapshot, pool, out);
  for (const AlarmKind kind : {AlarmKind::queue_blind, AlarmKind::queue_alarm})
    add_queues(kind, pool, out);
  if (pool.frozen_for) out.push_back({AlarmKind::frozen});
  if (pool.open_flip) out.push_back({AlarmKind::flip_open});
  for (const auto& candidate : pool.candidates)
    if (candidate.crashes != 0 && !is_held_by(pool, candidate.node))
      out.push_back({AlarmKind::standby_crash_loop, candidate.node});
  add_standbys(pool, out);
  if (pool.pause) out.push_back({AlarmKind::paused});
  if (pool.deployment) out.push_back({AlarmKind::deployment});
  if (pool.cooldown) out.push_back({AlarmKind::cooldown});
  if (pool.restart) out.push_back({AlarmKind::restarted});
  if (pool.settings.when_store_lost == WhenStoreLost::keep) out.push_back({AlarmKind::keep});
  if (pool.settings.mode == PoolMode::observe) out.push_back({AlarmKind::observe});
  return out;
}

const Alarm* worst_of(const std::vector<Alarm>& alarms) noexcept {
  const auto worst =
      std::ranges::max_element(alarms, {}, [](const Alarm& alarm) { return level_of(alarm.kind); });
  return worst == alarms.end() ? nullptr : &*worst;
}

CandidateNote note_of(const PoolView& pool, const CandidateView& candidate) {
  if (candidate.drained) return CandidateNote::drained;
  if (!candidate.beat_age) return CandidateNote::never_seen;
  if (!is_fresh(candidate.beat_age, pool.settings.timings)) return CandidateNote::silent;
  const bool holds = is_held_by(pool, candidate.node);
  if (!candidate.ready && !holds) return CandidateNote::not_ready;
  if (!candidate.ready && !candidate.not_ready_reason.empty())
    return CandidateNote::holder_not_ready;
  return candidate.crashes > 0 ? CandidateNote::crash_loop : CandidateNote::none;
}

}  // namespace jobflip::core
