// How a pool's lease changes when the store replies: to beats, takes, releases and flip steps.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"
#include "jobflip/core/back_off.hpp"
#include "jobflip/core/refusals.hpp"

namespace jobflip::core::agent {
namespace {

// Before a candidate records that no supervisor looked: the supervisor has the same deadline and
// goes first.
constexpr int kOverduePollsBeforeNobodyLooked = 4;

void watch(PoolLease& lease, const BeatReply& reply, Instant now) {
  const PoolReport& report = *lease.report;
  LeaseWatch& seen = lease.watch;
  const bool same = seen.polls > 0 && seen.incarnation == reply.incarnation &&
                    seen.life == reply.life && seen.epoch == report.epoch &&
                    seen.lease_beat == report.lease_beat && seen.state == report.state &&
                    now - seen.last_poll <= allowed_gap(lease.settings.timings);
  if (!same) {
    seen = LeaseWatch{reply.incarnation, reply.life, report.epoch, report.lease_beat,
                      report.state,      now,        now,          1};
    return;
  }
  seen.last_poll = now;
  ++seen.polls;
}

LogEventKind kind_of(StopCause cause) {
  if (cause == StopCause::expired) return LogEventKind::fenced;
  return cause == StopCause::lost ? LogEventKind::lost : LogEventKind::workers_told;
}

void want_flip_step(Step& step, PoolLease& lease, FlipEvent event, std::string sentence) {
  lease.flip_step = FlipStepRequest{step.state.node, lease.report->flip->id, event,
                                    std::move(sentence), lease.epoch};
}

/// After a gap other nodes may be backing off too; they get the longest back-off to come back.
void watch_step(PoolLease& lease, Instant now) {
  const auto& flip = lease.report->flip;
  StepWatch& seen = lease.step;
  const LeaseTimings& timings = lease.settings.timings;
  const bool gap = now - seen.last_poll > timings.beat_every + timings.call_deadline;
  if (!flip) {
    seen = StepWatch{};
  } else if (gap || seen.flip != flip->id || seen.state != flip->state) {
    seen = StepWatch{flip->id, flip->state, gap ? now + kCalls.longest : now, now, 0};
  }
  seen.last_poll = now;
  seen.overdue_polls = flip && flip->overdue ? seen.overdue_polls + 1 : 0;
}

void end_overdue_flip(Step& step, PoolLease& lease) {
  if (!is_overdue(lease) || lease.flip_step) return;
  if (lease.report->flip->state != FlipState::started) {
    want_flip_step(step, lease, FlipEvent::overdue, "");
  } else if (lease.step.overdue_polls >= kOverduePollsBeforeNobodyLooked) {
    want_flip_step(step, lease, FlipEvent::nobody_looked, "no supervisor was running");
  }
}

bool end_if_lost(Step& step, const PoolReport& report, PoolLease& lease) {
  if (report.state == OwnerState::held && report.holder == step.state.node &&
      report.epoch == lease.epoch)
    return false;
  begin_stop(step, report.pool, lease, StopCause::lost, Millis{0},
             report.state == OwnerState::held ? report.holder.str() + " holds the lease"
                                              : "the lease was released");
  return true;
}

void take_in_ours(Step& step, const PoolName& pool, PoolLease& lease, const BeatRequest& asked,
                  Instant sent) {
  if (end_if_lost(step, *lease.report, lease)) return;
  if (lease.settings.when_store_lost != WhenStoreLost::keep) lease.kept_since.reset();
  if (does_renew(asked, pool, lease.epoch)) renew(step, pool, lease, sent);
  follow_flip(step, pool, lease);
}

/// Nobody knows which timings the other nodes use by now, so this node goes on with none: it takes
/// nothing and renews nothing. Its own lease of the pool runs out in time. All other pools go on.
bool leave_out_unreadable(Step& step, const PoolReport& report, PoolLease& lease) {
  const bool is_news = lease.unreadable != report.unreadable;
  lease.unreadable = report.unreadable;
  if (report.unreadable.empty()) return false;
  lease.report.reset();
  lease.offered = false;
  lease.seen = std::max(lease.seen, report.epoch);
  if (is_ours(lease)) end_if_lost(step, report, lease);
  if (is_news)
    step.log(LogEventKind::store_away, report.pool, lease,
             report.unreadable + ": this node leaves the pool alone until they can be read");
  return true;
}

}  // namespace

bool is_overdue(const PoolLease& lease) {
  const StepWatch& seen = lease.step;
  return lease.report && lease.report->flip && lease.report->flip->overdue &&
         seen.last_poll - seen.since >= beat_fresh_within(lease.settings.timings);
}

void follow_flip(Step& step, const PoolName& pool, PoolLease& lease) {
  const auto& flip = lease.report->flip;
  if (!flip || flip->to == step.state.node) {
    if (lease.phase == LeasePhase::stopping && lease.stop_cause == StopCause::flip) {
      lease.stop_cause = StopCause::resume;
      if (step.state.shutting_down) return;
      step.log(LogEventKind::aborted, pool, lease,
               "the flip was aborted during the drain; this node keeps the pool");
    }
    return;
  }
  const bool wants_drain =
      flip->state == FlipState::requested || flip->state == FlipState::draining;
  const bool runs = lease.phase == LeasePhase::holding || lease.phase == LeasePhase::starting;
  if (!wants_drain || !runs || is_overdue(lease)) return;
  const std::string length = "the drain may take " + short_duration(flip->drain_timeout);
  const bool waits = lease.capture && lease.capture->flip == flip->id;
  if (!waits) {
    step.log(LogEventKind::drain_begun, pool, lease, length);
    if (flip->state == FlipState::requested)
      want_flip_step(step, lease, FlipEvent::drain_begun, length);
  }
  if (flip->stalled && waits_for_capture(step, pool, lease, flip->id)) return;
  begin_stop(step, pool, lease, StopCause::flip, flip->drain_timeout,
             "flip " + std::to_string(flip->id.value));
}

bool is_ours(const PoolLease& lease) noexcept {
  return lease.phase == LeasePhase::starting || lease.phase == LeasePhase::holding ||
         lease.phase == LeasePhase::stopping;
}

bool holds_live_lease(const AgentState& state, Instant now) {
  return std::ranges::any_of(state.pools, [now](const auto& entry) {
    return is_ours(entry.second) && now < entry.second.deadline;
  });
}

void begin_stop(Step& step, const PoolName& pool, PoolLease& lease, StopCause cause, Millis grace,
                std::string why) {
  const bool harder = cause == StopCause::lost;
  if (lease.phase == LeasePhase::stopping && !harder) return;
  if (lease.phase == LeasePhase::stopping && lease.stop_cause == StopCause::lost) return;
  lease.phase = LeasePhase::stopping;
  lease.stop_cause = cause;
  lease.kept_since.reset();
  lease.stop_reason = std::move(why);
  lease.stop_began = step.now;
  lease.stop_grace = grace;
  step.log(kind_of(cause), pool, lease, "stopping the workers: " + lease.stop_reason);
  if (!is_known_empty(lease.workers.phase)) step.actions.emplace_back(StopWorkers{pool, grace});
}

void take_in_reply(Step& step, const BeatReply& reply, const BeatRequest& asked, Instant sent) {
  AgentState& state = step.state;
  // A process that started after the loss can't know when it was: it counts from now.
  const bool first = state.incarnation.text.empty();
  if (first ? !reply.history_whole : state.incarnation != reply.incarnation)
    state.history_lost_at = step.now;
  // The store knows that it lost these heads. If this node claimed them again after the server's
  // next start, they would look like another loss.
  if (!first && state.incarnation != reply.incarnation) state.heads.clear();
  state.incarnation = reply.incarnation;
  if (state.life != reply.life || first) {
    state.life = reply.life;
    state.life_since = step.now;
  }
  state.seen_beat = reply.beat;
  std::vector<PoolName> reported;
  for (const PoolReport& report : reply.pools) {
    reported.push_back(report.pool);
    PoolLease& lease = state.pools[report.pool];
    if (leave_out_unreadable(step, report, lease)) continue;
    if (report.settings) {
      lease.settings = *report.settings;
    } else if (lease.settings.name.empty()) {
      continue;  // the reply to a beat that listed the version; the next reply has the settings
    }
    lease.report = report;
    lease.report->settings.reset();
    lease.flip = report.flip ? std::optional{report.flip->id} : std::nullopt;
    lease.seen = std::max(lease.seen, report.epoch);
    lease.offered = false;  // the report is newer than the wake-up
    watch(lease, reply, step.now);
    watch_step(lease, step.now);
    if (is_ours(lease)) take_in_ours(step, report.pool, lease, asked, sent);
    end_overdue_flip(step, lease);
  }
  for (auto& [pool, lease] : state.pools) {
    if (lease.phase == LeasePhase::releasing && !does_renew(asked, pool, lease.epoch))
      lease.unrenewed = false;
    if (std::ranges::find(reported, pool) != reported.end()) continue;
    lease.report.reset();
    lease.unreadable.clear();
    if (lease.phase == LeasePhase::starting || lease.phase == LeasePhase::holding)
      begin_stop(step, pool, lease, StopCause::not_candidate,
                 step.now < lease.deadline ? lease.settings.drain_timeout : Millis{0},
                 "this node is no longer a candidate of the pool");
  }
}

void take_in_take(Step& step, const TakeRequest& asked, const Result<TakeReply>& reply) {
  PoolLease& lease = step.state.pools[asked.pool];
  if (lease.phase != LeasePhase::taking || lease.attempt != asked.attempt) return;
  if (!reply) return;  // the outcome is unknown: the same attempt is sent again
  lease.attempt.reset();
  if (reply->outcome != TakeOutcome::taken) {
    lease.phase = LeasePhase::watching;
    const bool early = asked.polls == 0;
    lease.not_before = early ? step.now : step.now + lease.settings.timings.beat_every / 2;
    step.state.next_beat = std::min(step.state.next_beat, lease.not_before);
    if (early) return;  // the wake-up was not for a release; the next reply shows the state
    step.log(LogEventKind::not_taken, asked.pool, lease,
             "not taken (" + std::string{name_of(reply->outcome)} + "): " + reply->sentence);
    return;
  }
  lease.epoch = reply->epoch;
  lease.carries = reply->flip;
  if (reply->flip) lease.flip = reply->flip;
  lease.deadline = lease.attempt_since + lease.settings.timings.lease;
  lease.adopted = lease.unrenewed = false;
  lease.phase = LeasePhase::starting;
  lease.ran = false;
  // A take counts as a beat, so the start of the workers goes first.
  step.state.next_beat =
      std::max(step.state.next_beat, lease.attempt_since + beat_interval(step.state) / 2);
  lease.seen = std::max(lease.seen, reply->epoch);
  step.log(LogEventKind::taken, asked.pool, lease,
           "taken under epoch " + std::to_string(reply->epoch.value) + ": " + asked.reason);
  if (step.state.shutting_down)
    begin_stop(step, asked.pool, lease, StopCause::shutdown, Millis{0}, "the agent is stopping");
}

void take_in_release(Step& step, const ReleaseRequest& asked,
                     const Result<ReleaseOutcome>& outcome) {
  PoolLease& lease = step.state.pools[asked.pool];
  if (lease.phase != LeasePhase::releasing || lease.attempt != asked.attempt || !outcome) return;
  if (*outcome == ReleaseOutcome::blocked) {
    step.log(LogEventKind::not_released, asked.pool, lease,
             "the release is blocked in the store; retrying");
    return;
  }
  lease.attempt.reset();
  const bool restarts = lease.stop_cause == StopCause::flip && lease.report && lease.report->flip &&
                        lease.report->flip->to.empty();
  lease.given_up = std::max(lease.given_up, asked.epoch);
  lease.phase = LeasePhase::watching;
  lease.stop_cause = StopCause::none;
  lease.watch = LeaseWatch{};
  lease.report.reset();  // it is out of date
  // after a restart this node takes it again
  const Millis wait = restarts ? Millis{0} : beat_interval(step.state) / 2;
  step.state.next_beat = std::min(step.state.next_beat, step.now + wait);
  step.log(LogEventKind::released, asked.pool, lease,
           (*outcome == ReleaseOutcome::released ? "released: " : "already lost: ") + asked.reason);
}

void take_in_flip_step(Step& step, const FlipStepRequest& asked,
                       const Result<FlipStepOutcome>& outcome) {
  if (!outcome) return;
  for (auto& [pool, lease] : step.state.pools) {
    if (!lease.flip_step || lease.flip_step->flip != asked.flip ||
        lease.flip_step->event != asked.event || lease.flip_step->epoch != asked.epoch)
      continue;
    step.state.next_beat = std::min(step.state.next_beat, step.now + beat_interval(step.state) / 2);
    // By this node's clock the lease is valid, so the store's clock was stepped. Beat first, then
    // report the step again.
    if (*outcome == FlipStepOutcome::late && is_ours(lease) && lease.epoch == asked.epoch &&
        step.now < lease.deadline) {
      step.state.next_call = std::max(step.state.next_call, step.state.next_beat);
    } else {
      lease.flip_step.reset();
    }
  }
}

}  // namespace jobflip::core::agent
