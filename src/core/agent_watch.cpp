// A candidate's watch over a lease that it does not hold, and when it allows a take.

#include <algorithm>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

// Fewer than three polls could all have got the same late reply.
constexpr int kLeastPolls = 3;
// A candidate that has just started waits for a preferred one that may be starting too.
constexpr int kRepliesBeforeFreeTake = 3;

/// A candidate waits two beats for each live candidate that is preferred to it.
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

/// An ownership row that is older than the server's start may be out of date: a node may hold the
/// pool by a take that the server lost. It has reached the store again, or lost its lease, once
/// this process has been in touch with the server for takeover_after.
TakeChance once_in_touch(const AgentState& state, const PoolLease& lease, Instant from, Instant now,
                         std::string why) {
  if (!lease.report->settled) from = std::max(from, lost_takes_over(state, lease));
  return at_or_now(from, now, std::move(why));
}

/// After a restart of the server all candidates wait equally long; the last holder goes first.
Millis last_holder_first(const AgentState& state, const PoolLease& lease) {
  const LeaseTimings& timings = lease.settings.timings;
  const bool with_the_server = lease.watch.since - state.life_since <= allowed_gap(timings);
  return with_the_server && !lease.report->settled ? 2 * timings.beat_every : Millis{0};
}

TakeChance chance_if_silent(const PoolLease& lease, Millis extra, Instant now) {
  const auto& timings = lease.settings.timings;
  // Without more polls no time can be given: the next reply brings one, and a new decision.
  if (lease.watch.polls < kLeastPolls || now - lease.watch.last_poll > allowed_gap(timings))
    return {};
  return at_or_now(lease.watch.since + timings.takeover_after + extra, now,
                   lease.report->holder.str() + " was silent for " +
                       short_duration(std::chrono::duration_cast<Millis>(now - lease.watch.since)));
}

/// Until its target runs the workers, an open flip decides which node may take the pool. If the
/// target dies later, it is like any other holder. Before the release of a restart the holder is
/// one, too: if it goes silent, any candidate takes over.
bool is_reserved(const AgentState& state, const FlipDirective& flip) {
  if (flip.to.empty()) return false;
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
  // The store freezes takes by its own clock, which may step forward at that moment. So this node
  // waits too: a node that took the pool in the lost history may still run workers.
  if (const auto lost = state.history_lost_at; lost && now < *lost + lease.settings.timings.freeze)
    return {.at = *lost + lease.settings.timings.freeze};
  const PoolReport& report = *lease.report;
  if (report.flip && is_reserved(state, *report.flip) && !is_overdue(lease)) {
    if (report.flip->to != state.node) return {};
    const std::string why = "flip " + std::to_string(report.flip->id.value);
    if (report.flip->host_is_off) return {.now = true, .why = why};
    if (report.state == OwnerState::released) return once_in_touch(state, lease, now, now, why);
    if (lease.offered) return {.now = true, .by_hint = true, .why = why};
    auto chance = chance_if_silent(lease, Millis{0}, now);
    chance.why = why + ": " + chance.why;
    return chance;
  }
  if (report.state == OwnerState::held && report.own) {
    const bool unseen = report.epoch <= lease.unseen_end && report.epoch > lease.gone;
    auto chance =
        once_in_touch(state, lease, now, now,
                      unseen ? "its own lease ran out; the end of its workers was not seen"
                             : "its own lease ran out; no worker is left");
    chance.confirmed_empty = true;
    return chance;
  }
  if (lease.offered) return {.now = true, .by_hint = true, .why = "named as the next holder"};
  if (report.state == OwnerState::released) {
    if (state.replies < kRepliesBeforeFreeTake) return {};
    // Preferred candidates need as many polls; this node's wait begins after that.
    const Millis wait =
        report.rank == 0 ? Millis{0} : 2 * lease.settings.timings.beat_every + stagger(lease);
    return once_in_touch(state, lease, lease.watch.since + wait, now, "no node holds the pool");
  }
  // Another instance of this node: from before a reboot, or a second agent with the same name.
  if (report.holder == state.node) return chance_if_silent(lease, Millis{0}, now);
  if (report.paused) return {};
  return chance_if_silent(lease, stagger(lease) + last_holder_first(state, lease), now);
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
