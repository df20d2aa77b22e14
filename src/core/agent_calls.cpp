// Which store call comes next, and when the next Tick is wanted.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"
#include "jobflip/core/readiness.hpp"

namespace jobflip::core::agent {
namespace {

constexpr Millis kBeatBeforeAnyPoolIsKnown{1000};
// After a release, the node that takes the pool needs the store more than this one. Counts from the
// sending, because the wake-up may come before the reply.
constexpr Millis kOwnHint{20};

/// A worker that is still there so long after SIGKILL is stuck in the kernel. If its node kept
/// renewing the lease, the pool would be held with no worker running. So the lease runs out, and
/// another node takes the pool.
bool outlives_its_kill(const PoolLease& lease, Instant now) {
  if (lease.phase != LeasePhase::stopping || lease.settings.name.empty()) return false;
  const LeaseTimings& timings = lease.settings.timings;
  const Millis grace = lease.stop_grace.value_or(lease.settings.drain_timeout);
  return now >= lease.stop_began + grace + timings.kill_to_empty + timings.guard_margin;
}

/// After the deadline only a node that kept its workers renews: if the store still names it as the
/// holder, no other node took the pool, and the lease is valid again.
bool may_send_renewal(const AgentState& state, const PoolLease& lease, Instant now) {
  // If its workers can't be seen, the lease runs out, so that another node gets the pool.
  if (lease.workers.phase == WorkerPhase::unknown) return false;
  if (keeps_workers(state, lease)) return true;
  if (outlives_its_kill(lease, now)) return false;
  return is_ours(lease) && lease.stop_cause != StopCause::lost && now < lease.deadline;
}

/// "" if this node could start the pool's workers now, or runs them.
std::string why_not_ready(const AgentState& state, const PoolLease& lease, Instant now) {
  if (state.shutting_down) return "the agent is stopping";
  if (!lease.unreadable.empty()) return lease.unreadable;
  const WorkerPhase phase = lease.workers.phase;
  const bool able = phase == WorkerPhase::armed || phase == WorkerPhase::running;
  // A holder that is not ready keeps its lease. This is the only text for people in a beat.
  if (able && !lease.workers.warning.empty()) return lease.workers.warning;
  if (able && now >= lease.not_before) return "";
  if (able) return "backing off: its workers did not start, or ended early";
  if (!lease.workers.sentence.empty()) return lease.workers.sentence;
  if (phase == WorkerPhase::unknown) return "its workers have not been checked yet";
  return phase == WorkerPhase::stopping ? "its workers are stopping" : "no guard is armed yet";
}

/// An old lease page of a pool that this node no longer runs does not concern anyone.
bool concerns_people(const PoolLease& lease) {
  return lease.workers.configured || lease.report || !lease.unreadable.empty() ||
         !is_known_empty(lease.workers.phase);
}

BeatRequest make_beat(const AgentState& state, Instant now) {
  BeatRequest beat;
  beat.node = state.node;
  beat.instance = state.instance;
  SeenOfStore seen = seen_of(state);
  beat.seen_beat = seen.beat;
  beat.seen = std::move(seen.epochs);
  beat.heads = state.heads;
  if (state.pools.empty()) beat.not_ready_reason = "the agent has just started";
  for (const auto& [pool, lease] : state.pools) {
    if (may_send_renewal(state, lease, now)) beat.renewals.push_back({pool, lease.epoch});
    const std::string why = why_not_ready(state, lease, now);
    if (why.empty()) {
      beat.ready.push_back(pool);
    } else if (concerns_people(lease)) {
      add_reason(beat.not_ready_reason, pool, why);
    }
    if (lease.crashes.is_on() && beat.crashing.size() < CrashLoop::kMostReported)
      beat.crashing.push_back(lease.crashes.report(pool));
    if (!lease.settings.name.empty() && lease.report)
      beat.known.push_back({pool, lease.settings.version});
  }
  return beat;
}

template <class Request>
void send(Step& step, Request request) {
  Millis deadline{2000};
  for (const auto& [pool, lease] : step.state.pools)
    if (!lease.settings.name.empty())
      deadline = std::min(deadline, lease.settings.timings.call_deadline);
  step.state.call_sent = step.now;
  step.state.call = request;
  step.actions.emplace_back(CallStore{std::move(request), step.now + deadline});
}

void send_beat(Step& step) {
  BeatRequest beat = make_beat(step.state, step.now);
  beat.in_full = std::exchange(step.state.hinted, false);
  step.state.last_beat_sent = step.now;
  for (auto& [pool, lease] : step.state.pools) lease.announce = false;
  step.state.next_beat = step.now + beat_interval(step.state);
  send(step, std::move(beat));
}

/// How the workers of the lease that is released ended.
WorkersEnd end_of(const PoolLease& lease) {
  const bool of_this =
      lease.workers.phase == WorkerPhase::empty && lease.workers.epoch == lease.epoch;
  return of_this ? lease.workers.end : WorkersEnd::unknown;
}

/// Takes first, because the pool is down; then reports of flip steps, then releases.
bool send_pool_call(Step& step) {
  for (auto& [pool, lease] : step.state.pools) {
    if (lease.phase != LeasePhase::taking) continue;
    step.state.hinted = false;
    send(step, lease.take);
    return true;
  }
  for (auto& [pool, lease] : step.state.pools) {
    if (!lease.flip_step) continue;
    send(step, *lease.flip_step);
    return true;
  }
  for (auto& [pool, lease] : step.state.pools) {
    // Another node may take the lease as soon as it is released. If the store may have lost a take,
    // a beat without the renewal goes first: then the next node waits until a lost take has run
    // out, as it does with every row that is older than the server's start.
    if (lease.phase != LeasePhase::releasing || lease.unrenewed) continue;
    step.state.own_hint_until = step.now + kOwnHint;
    const bool for_flip = lease.stop_cause == StopCause::flip && lease.report && lease.report->flip;
    send(step, ReleaseRequest{step.state.node, pool, lease.epoch, *lease.attempt, lease.stop_reason,
                              for_flip ? lease.report->flip->to : NodeName{}, end_of(lease)});
    return true;
  }
  return false;
}

/// No node may wait for one that releases the pool because its workers do not run.
bool has_to_announce(const AgentState& state) {
  return std::ranges::any_of(state.pools, [](const auto& entry) {
    return entry.second.phase == LeasePhase::releasing && entry.second.announce;
  });
}

bool wants_pool_call(const PoolLease& lease) {
  return lease.phase == LeasePhase::taking || lease.phase == LeasePhase::releasing ||
         lease.flip_step.has_value();
}

/// A failed check or preparation is retried after a while.
bool prepares_later(const PoolLease& lease) {
  return lease.workers.phase == WorkerPhase::broken || lease.workers.phase == WorkerPhase::unknown;
}

void consider(Instant& earliest, Instant moment, Instant now) {
  if (moment > now) earliest = std::min(earliest, moment);
}

}  // namespace

Uuid next_attempt(AgentState& state) {
  return numbered(state.run, ++state.attempts);
}

Millis beat_interval(const AgentState& state) {
  Millis shortest = Millis::max();
  for (const auto& [pool, lease] : state.pools)
    if (lease.report) shortest = std::min(shortest, lease.settings.timings.beat_every);
  return shortest == Millis::max() ? kBeatBeforeAnyPoolIsKnown : shortest;
}

void send_call(Step& step) {
  AgentState& state = step.state;
  if (state.call_sent) return;
  const bool due = step.now >= state.next_beat;
  if (due && (holds_live_lease(state, step.now) || has_to_announce(state))) return send_beat(step);
  if (step.now >= state.next_call && send_pool_call(step)) return;
  if (due) return send_beat(step);
  if (step.now < state.next_call) return;
  if (auto black_box = black_box_to_send(state)) send(step, std::move(*black_box));
}

Instant wake_time(const AgentState& state, Instant now) {
  Instant earliest = now + std::chrono::hours{1};
  if (!state.call_sent) consider(earliest, state.next_beat, now);
  if (!state.call_sent && !state.black_box.empty()) consider(earliest, state.next_call, now);
  for (const auto& [pool, lease] : state.pools) {
    if (is_ours(lease)) consider(earliest, lease.deadline, now);
    if (lease.crashes.is_on()) consider(earliest, lease.crashes.over_at(), now);
    if (lease.capture && !lease.capture->over) consider(earliest, lease.capture->until, now);
    if (keeps_workers(state, lease)) consider(earliest, keep_from(lease), now);
    if (lease.phase == LeasePhase::taking)
      consider(earliest,
               lease.attempt_since + lease.settings.timings.lease -
                   least_left_to_start(lease.settings.timings),
               now);
    if (lease.phase == LeasePhase::releasing && state.shutting_down)
      consider(earliest, lease.deadline, now);
    if (wants_pool_call(lease) && !state.call_sent) consider(earliest, state.next_call, now);
    const bool waits = lease.phase == LeasePhase::starting || lease.phase == LeasePhase::watching;
    if (waits && lease.workers.phase != WorkerPhase::armed) {
      consider(earliest, lease.not_before, now);
      if (prepares_later(lease)) consider(earliest, lease.prepare_again, now);
    }
    if (lease.phase == LeasePhase::starting) consider(earliest, lease.not_before, now);
    if (const TakeChance chance = take_chance(state, lease, now); chance.at)
      consider(earliest, *chance.at, now);
  }
  return earliest;
}

}  // namespace jobflip::core::agent
