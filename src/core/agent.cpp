#include "jobflip/core/agent.hpp"

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/core/back_off.hpp"

namespace jobflip::core {

std::string_view name_of(LeasePhase phase) noexcept {
  switch (phase) {
    case LeasePhase::watching:
      return "watching";
    case LeasePhase::taking:
      return "taking";
    case LeasePhase::starting:
      return "starting";
    case LeasePhase::holding:
      return "holding";
    case LeasePhase::stopping:
      return "stopping";
    case LeasePhase::releasing:
      return "releasing";
  }
  return "?";
}

std::string_view name_of(StopCause cause) noexcept {
  switch (cause) {
    case StopCause::none:
      return "none";
    case StopCause::flip:
      return "flip";
    case StopCause::shutdown:
      return "shutdown";
    case StopCause::start_failed:
      return "start-failed";
    case StopCause::not_candidate:
      return "not-candidate";
    case StopCause::not_configured:
      return "not-configured";
    case StopCause::lost:
      return "lost";
    case StopCause::ended:
      return "ended";
    case StopCause::expired:
      return "expired";
    case StopCause::resume:
      return "resume";
  }
  return "?";
}

AgentState first_agent_state(const NodeName& node, const Uuid& instance, const Uuid& run,
                             Instant now, SeenOfStore seen) {
  AgentState state;
  state.node = node;
  state.instance = instance;
  state.run = run;
  state.seed = seed_of(node.str() + run.text);
  state.next_beat = now;
  state.next_call = now;
  state.last_beat_sent = now - std::chrono::hours{1};
  state.hints_since = now;
  state.own_hint_until = now;
  state.seen_beat = seen.beat;
  state.kept = std::move(seen);
  state.kept_at = now - std::chrono::hours{1};
  return state;
}

namespace {

using agent::Step;

// Wake-ups cause early beats. A flip needs a few of them at once. More wake-ups in a second must
// not cause more beats, because anyone who can log in to the store's database can send them.
constexpr int kQuickHints = 20;
constexpr Millis kQuickHintsPer{1000};
constexpr Millis kGapWhenQuick{1};
constexpr Millis kGapWhenMany{100};
// A flip waits for the holder first: commits of other nodes at the same time would delay its
// commit.
constexpr Millis kBystanderWait{1};
// If a wake-up names another node, this one leaves the store to it for this long. It still beats
// afterwards: a wake-up for this node may have been lost.
constexpr Millis kOthersTurn{20};

/// When a node that holds no lease sends its beat.
Instant bystander_beat_at(const AgentState& state, const WakeHint& hint, Instant now) {
  if (hint.first == state.node) return now;
  return std::max(now + (hint.first.empty() ? kBystanderWait : kOthersTurn), state.own_hint_until);
}

/// After such a wake-up a node tries a take without a beat first. The take is a compare-and-swap:
/// if it comes too early, the store refuses it and nothing changes. The target of a flip tries
/// after any wake-up, another node only if it is named.
void offer(AgentState& state, const WakeHint& hint) {
  for (auto& [pool, lease] : state.pools) {
    if (lease.phase != LeasePhase::watching) continue;
    const bool named = hint.first == state.node && hint.pool == pool;
    const bool target = hint.first.empty() && lease.report && lease.report->flip &&
                        lease.report->flip->to == state.node;
    if (named || target) lease.offered = true;
  }
}

void on_wake_up(Step& step, const WakeHint& hint) {
  AgentState& state = step.state;
  if (step.now - state.hints_since >= kQuickHintsPer) {
    state.hints_since = step.now;
    state.hints = 0;
  }
  state.hinted = true;
  const bool answers = state.failed_calls == 0;
  const Millis gap = !answers                       ? kBeatRetryGap
                     : ++state.hints <= kQuickHints ? kGapWhenQuick
                                                    : kGapWhenMany;
  Instant at = std::max(step.now, state.last_beat_sent + gap);
  if (answers && state.hints <= kQuickHints) offer(state, hint);
  if (!agent::holds_live_lease(state, step.now))
    at = std::max(at, bystander_beat_at(state, hint, step.now));
  state.next_beat = std::min(state.next_beat, at);
}

void on_shutdown(Step& step) {
  if (std::exchange(step.state.shutting_down, true)) return;
  step.log(LogEventKind::stopping, "the agent is stopping: handing over its pools first");
  // Beat before any release: no other node may then wait for this one as a preferred candidate.
  step.state.next_beat = step.now;
  for (auto& [pool, lease] : step.state.pools) {
    // The shutdown does not wait for workers that can't be seen. They are stopped if the guard can
    // be reached; otherwise the guard stops them when their lease ends.
    if (lease.phase == LeasePhase::watching && lease.workers.phase == WorkerPhase::unknown)
      step.actions.emplace_back(StopWorkers{pool, Millis{0}});
    if (lease.phase != LeasePhase::starting && lease.phase != LeasePhase::holding) continue;
    agent::begin_stop(step, pool, lease, StopCause::shutdown, lease.settings.drain_timeout,
                      "the agent is stopping");
  }
}

/// The store replied with a refusal. A missing reply is none, nor is a lock timeout: the next try
/// may succeed.
bool is_refusal(const Error& error) {
  return error.code != ErrorCode::store_unreachable && error.code != ErrorCode::store_timeout &&
         error.code != ErrorCode::store_conflict;
}

void note_failure(Step& step, const Error& error, bool of_a_beat) {
  AgentState& state = step.state;
  ++state.failed_calls;
  state.store_away =
      error.code == ErrorCode::store_unreachable || error.code == ErrorCode::store_timeout;
  // A live lease needs its beats, so they are never delayed; only the calls beside them are.
  if (!of_a_beat && is_refusal(error)) {
    ++state.refused_calls;
    state.next_call = step.now + back_off(kBesideBeats, 1, state.seed);
  } else if (agent::holds_live_lease(state, step.now)) {
    state.backed_off = 0;
    state.next_call = step.now + back_off(kBesideBeats, 1, state.seed);
  } else {
    state.next_call = step.now + back_off(kCalls, ++state.backed_off, state.seed);
  }
  auto event = event_of_failed_call(error);
  // a refusal lasts until a person reads of it: it is told again
  const bool again = event.kind == LogEventKind::refused && step.now >= state.tell_refusal_again;
  if (state.last_error != error.text || again) {
    step.log(event.kind, std::move(event.sentence));
    state.tell_refusal_again = step.now + std::chrono::minutes{10};
  }
  state.last_error = error.text;
}

void note_success(Step& step, bool of_a_beat) {
  AgentState& state = step.state;
  const int failed = std::exchange(state.failed_calls, 0);
  state.store_away = false;
  state.backed_off = 0;
  // If the store accepts beats and refuses all other calls (its disk is full), it is not back yet.
  if (of_a_beat && state.refused_calls > 0) return;
  if (failed + state.refused_calls > 0)
    step.log(LogEventKind::store_back, "the store answers again after " +
                                           std::to_string(std::max(failed, state.refused_calls)) +
                                           " failed calls");
  state.refused_calls = 0;
  state.last_error.clear();
  state.next_call = step.now;
}

void on_beat_answer(Step& step, const Result<BeatReply>& reply, const BeatRequest& asked,
                    Instant sent) {
  AgentState& state = step.state;
  if (!reply) {
    if (is_refusal(reply.error())) agent::take_in_refusal(step);
    // With a live lease every retry slot is used; without one there is no hurry.
    state.next_beat = agent::holds_live_lease(state, step.now)
                          ? std::max(state.next_beat, sent + kBeatRetryGap)
                          : state.next_call;
    return;
  }
  ++state.replies;
  agent::take_in_reply(step, *reply, asked, sent);
  // The first reply has the settings, and so the beat interval.
  state.next_beat = std::min(state.next_beat, sent + agent::beat_interval(state));
}

void on_answer(Step& step, const StoreAnswered& event) {
  AgentState& state = step.state;
  JF_CHECK(state.call_sent.has_value());
  const Instant sent = *std::exchange(state.call_sent, std::nullopt);
  const auto call = std::exchange(state.call, std::monostate{});
  const bool of_a_beat = std::holds_alternative<BeatRequest>(call);
  std::visit(
      [&](const auto& answer) {
        if (answer) {
          note_success(step, of_a_beat);
        } else {
          note_failure(step, answer.error(), of_a_beat);
        }
      },
      event.answer);
  if (const auto* beat = std::get_if<BeatRequest>(&call)) {
    on_beat_answer(step, std::get<Result<BeatReply>>(event.answer), *beat, sent);
  } else if (const auto* take = std::get_if<TakeRequest>(&call)) {
    agent::take_in_take(step, *take, std::get<Result<TakeReply>>(event.answer));
  } else if (const auto* release = std::get_if<ReleaseRequest>(&call)) {
    agent::take_in_release(step, *release, std::get<Result<ReleaseOutcome>>(event.answer));
  } else if (const auto* flip = std::get_if<FlipStepRequest>(&call)) {
    agent::take_in_flip_step(step, *flip, std::get<Result<FlipStepOutcome>>(event.answer));
  } else if (const auto* keep = std::get_if<KeepBlackBoxRequest>(&call)) {
    agent::take_in_kept(step, *keep, std::get<Result<BlackBoxReply>>(event.answer));
  } else {
    JF_CHECK(false && "an answer to no call");
  }
}

bool may_finish(const AgentState& state, Instant now) {
  if (!state.shutting_down || state.call_sent || agent::must_send_black_box(state)) return false;
  for (const auto& [pool, lease] : state.pools) {
    const bool unseen = lease.workers.phase == WorkerPhase::unknown;
    if (lease.phase == LeasePhase::watching && (unseen || is_known_empty(lease.workers.phase)))
      continue;
    if (lease.phase == LeasePhase::stopping && unseen && now >= lease.deadline) continue;
    // A lease that can't be released because the store is away runs out by itself.
    if (lease.phase == LeasePhase::releasing && now >= lease.deadline) continue;
    if (lease.phase == LeasePhase::taking &&
        now >= lease.attempt_since + lease.settings.timings.lease)
      continue;
    return false;
  }
  return true;
}

}  // namespace

void agent::Step::log(LogEventKind kind, std::string text) {
  if (!reason.empty()) reason += "; ";
  reason += text;
  log_events.push_back({.kind = kind,
                        .pool = {},
                        .flip = {},
                        .epoch = {},
                        .verdict = "",
                        .sentence = std::move(text)});
}

void agent::Step::log(LogEventKind kind, const PoolName& pool, const PoolLease& lease,
                      const std::string& text) {
  log(kind, pool.str() + ": " + text);
  log_events.back().pool = pool;
  log_events.back().flip = lease.flip;
  log_events.back().epoch = lease.epoch;
}

AgentStep agent_step(AgentState state, const AgentEvent& event, Instant now) {
  AgentStep result;
  Step step{state, now, result.actions, result.log_events, result.reason};
  if (const auto* wake_up = std::get_if<WakeUp>(&event)) on_wake_up(step, wake_up->hint);
  if (std::holds_alternative<ShutdownAsked>(event)) on_shutdown(step);
  if (const auto* seen = std::get_if<WorkersSeen>(&event))
    agent::take_in_workers(step, seen->pool, seen->status);
  if (const auto* heads = std::get_if<HeadsSeen>(&event)) state.heads = heads->heads;
  if (const auto* taken = std::get_if<BlackBoxCaptured>(&event))
    agent::take_in_black_box(step, taken->black_box);
  if (const auto* answer = std::get_if<StoreAnswered>(&event)) on_answer(step, *answer);
  agent::advance_pools(step);
  agent::send_call(step);
  const bool finishes = may_finish(state, now);
  if (finishes || std::holds_alternative<StoreAnswered>(event)) agent::keep_seen(step, finishes);
  if (finishes) result.actions.emplace_back(Finish{});
  result.wake_at = agent::wake_time(state, now);
  result.next = std::move(state);
  return result;
}

}  // namespace jobflip::core
