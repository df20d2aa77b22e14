// A candidate's watch over a lease that it does not hold, and what it allows.

#include <algorithm>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

// Fewer than three looks could all have seen the same late answer.
constexpr int kLeastPolls = 3;
// A candidate that has just started lets a preferred one, which may be starting too, go first.
constexpr int kRepliesBeforeFreeTake = 3;

/// A less preferred candidate gives each preferred one two beats.
Millis stagger(const PoolLease& lease) {
  return lease.report->rank * 2 * lease.settings.timings.beat_every;
}

bool may_take_soon(const AgentState& state, const PoolLease& lease) {
  return lease.report && lease.phase == LeasePhase::watching && !state.shutting_down &&
         !lease.report->drained && !lease.report->frozen &&
         lease.workers.phase == WorkerPhase::armed;
}

TakeChance at_or_now(Instant at, Instant now, std::string why) {
  TakeChance chance;
  if (now >= at) {
    chance.now = true;
  } else {
    chance.at = at;
  }
  chance.why = std::move(why);
  return chance;
}

/// What a row says that is older than the server's start may be older than what others know:
/// whoever works elsewhere has spoken before that time is over, or has lost its right.
TakeChance once_in_touch(const AgentState& state, const PoolLease& lease, Instant from, Instant now,
                         std::string why) {
  if (!lease.report->settled) from = std::max(from, lost_takes_over(state, lease));
  return at_or_now(from, now, std::move(why));
}

/// After a start of the server its last holder waits for as long as the others: it goes first.
Millis last_holder_first(const AgentState& state, const PoolLease& lease) {
  const LeaseTimings& timings = lease.settings.timings;
  const bool with_the_server = lease.watch.since - state.life_since <= allowed_gap(timings);
  return with_the_server && !lease.report->settled ? 2 * timings.beat_every : Millis{0};
}

TakeChance judge_silent_holder(const PoolLease& lease, Millis extra, Instant now) {
  const auto& timings = lease.settings.timings;
  // Without further polls no moment is right: the next beat brings one, and a new judgement.
  if (lease.watch.polls < kLeastPolls || now - lease.watch.last_poll > allowed_gap(timings))
    return {};
  return at_or_now(lease.watch.since + timings.takeover_after + extra, now,
                   lease.report->holder.str() + " was silent for " +
                       short_duration(std::chrono::duration_cast<Millis>(now - lease.watch.since)));
}

/// Until its target has the pool, a flip says who may take it. Its target's later death is like any
/// holder's.
bool is_reserved(const AgentState& state, const FlipDirective& flip) {
  if (flip.state == FlipState::started) return false;
  return flip.state != FlipState::taken || flip.to == state.node;
}

}  // namespace

Instant lost_takes_over(const AgentState& state, const PoolLease& lease) {
  return state.life_since + lease.settings.timings.takeover_after;
}

Millis allowed_gap(const LeaseTimings& timings) {
  return 2 * (timings.beat_every + timings.call_deadline);
}

TakeChance take_chance(const AgentState& state, const PoolLease& lease, Instant now) {
  if (!may_take_soon(state, lease)) return {};
  if (now < lease.not_before) return {.at = lease.not_before};
  // The store freezes takes by its own clock, which may step forward just then: whoever took the
  // pool in the history that was lost may still run workers.
  if (const auto lost = state.history_lost_at; lost && now < *lost + lease.settings.timings.freeze)
    return {.at = *lost + lease.settings.timings.freeze};
  const PoolReport& report = *lease.report;
  if (report.flip && is_reserved(state, *report.flip) && !is_overdue(lease)) {
    if (report.flip->to != state.node) return {};
    const std::string why = "flip " + std::to_string(report.flip->id.value);
    if (report.flip->host_is_off) return {.now = true, .why = why};
    if (report.state == OwnerState::released) return once_in_touch(state, lease, now, now, why);
    if (lease.offered) return {.now = true, .by_hint = true, .why = why};
    auto chance = judge_silent_holder(lease, Millis{0}, now);
    chance.why = why + ": " + chance.why;
    return chance;
  }
  if (report.state == OwnerState::held && report.own) {
    const bool unseen = report.epoch <= lease.unseen_end && report.epoch > lease.gone;
    auto chance = once_in_touch(state, lease, now, now,
                                unseen ? "our own lease ran out; how its workers ended was not seen"
                                       : "our own lease ran out; no worker is left");
    chance.confirmed_empty = true;
    return chance;
  }
  if (lease.offered) return {.now = true, .by_hint = true, .why = "a hint named this node"};
  if (report.state == OwnerState::released) {
    if (state.replies < kRepliesBeforeFreeTake) return {};
    // Those that are preferred need the same looks first, and only then begins our own wait.
    const Millis wait =
        report.rank == 0 ? Millis{0} : 2 * lease.settings.timings.beat_every + stagger(lease);
    return once_in_touch(state, lease, lease.watch.since + wait, now, "nobody holds the pool");
  }
  // Another instance of this very node: before a reboot, or an agent that has the same name.
  if (report.holder == state.node) return judge_silent_holder(lease, Millis{0}, now);
  if (report.paused) return {};
  return judge_silent_holder(lease, stagger(lease) + last_holder_first(state, lease), now);
}

void begin_take(Step& step, PoolLease& lease, const TakeChance& chance) {
  const bool watched = lease.report->state == OwnerState::held && !chance.by_hint;
  lease.phase = LeasePhase::taking;
  lease.offered = false;
  lease.attempt = next_attempt(step.state);
  lease.attempt_since = step.now;
  lease.take = TakeRequest{
      .node = step.state.node,
      .pool = lease.report->pool,
      .attempt = *lease.attempt,
      .incarnation = lease.watch.incarnation,
      .epoch = lease.report->epoch,
      .lease_beat = lease.report->lease_beat,
      .stood_still =
          watched ? std::chrono::duration_cast<Millis>(step.now - lease.watch.since) : Millis{0},
      .polls = chance.by_hint ? 0 : lease.watch.polls,
      .confirmed_empty = chance.confirmed_empty,
      .reason = chance.why,
      .instance = step.state.instance,
      .life = lease.watch.life,
      .in_touch = std::chrono::duration_cast<Millis>(step.now - step.state.life_since),
  };
}

}  // namespace jobflip::core::agent
