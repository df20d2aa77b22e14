#include "jobflip/core/agent.hpp"

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"
#include "jobflip/base/check.hpp"

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
    case StopCause::lost:
      return "lost";
    case StopCause::expired:
      return "expired";
    case StopCause::resume:
      return "resume";
  }
  return "?";
}

AgentState first_agent_state(const NodeName& node, const Uuid& instance, const Uuid& run,
                             Instant now) {
  AgentState state;
  state.node = node;
  state.instance = instance;
  state.run = run;
  state.next_beat = now;
  state.next_call = now;
  state.last_beat_sent = now - std::chrono::hours{1};
  state.hints_since = now;
  return state;
}

namespace {

using agent::Step;

// Hints make beats early: a few a second at once, as a flip needs, and beyond that no burst of them
// becomes a burst of beats (anybody who can log in to the store's database can send hints).
constexpr int kQuickHints = 20;
constexpr Millis kQuickHintsPer{1000};
constexpr Millis kGapWhenQuick{1};
constexpr Millis kGapWhenMany{100};
constexpr Millis kFirstBackOff{100};
constexpr Millis kLongestBackOff{5000};

void on_poke(Step& step) {
  AgentState& state = step.state;
  if (step.now - state.hints_since >= kQuickHintsPer) {
    state.hints_since = step.now;
    state.hints = 0;
  }
  state.hinted = true;
  const Millis gap = ++state.hints <= kQuickHints ? kGapWhenQuick : kGapWhenMany;
  state.next_beat = std::min(state.next_beat, std::max(step.now, state.last_beat_sent + gap));
}

void on_shutdown(Step& step) {
  if (std::exchange(step.state.shutting_down, true)) return;
  step.say("asked to stop: pools are handed over first");
  for (auto& [pool, lease] : step.state.pools) {
    if (lease.phase != LeasePhase::starting && lease.phase != LeasePhase::holding) continue;
    agent::begin_stop(step, pool, lease, StopCause::shutdown, lease.settings.drain_timeout,
                      "the agent stops");
  }
}

/// Spread by the node's name, so that agents that lost the store together do not come back
/// together.
Millis back_off(const AgentState& state) {
  const int doublings = std::min(state.failed_calls - 1, 6);
  const Millis whole = std::min(kLongestBackOff, kFirstBackOff * (1 << std::max(doublings, 0)));
  const std::size_t spread = std::hash<NodeName>{}(state.node) +
                             static_cast<std::size_t>(state.failed_calls) * 2654435761u;
  return whole / 2 + Millis{static_cast<std::int64_t>(spread % 1000) * (whole.count() / 2) / 1000};
}

void note_failure(Step& step, const Error& error) {
  AgentState& state = step.state;
  ++state.failed_calls;
  state.next_call = step.now + back_off(state);
  if (state.last_error != error.text) step.say("store: " + error.text);
  state.last_error = error.text;
}

void note_success(Step& step) {
  if (step.state.failed_calls > 0)
    step.say("store answers again after " + std::to_string(step.state.failed_calls) +
             " failed calls");
  step.state.failed_calls = 0;
  step.state.last_error.clear();
  step.state.next_call = step.now;
}

void on_beat_answer(Step& step, const Result<BeatReply>& reply, const BeatRequest& asked,
                    Instant sent) {
  AgentState& state = step.state;
  if (!reply) {
    // A node that holds nothing can wait; one that holds uses every slot it has.
    if (asked.vouches.empty()) state.next_beat = std::max(state.next_beat, state.next_call);
    return;
  }
  ++state.replies;
  agent::take_in_reply(step, *reply, asked, sent);
  // The first answer tells how often the pools want a beat.
  state.next_beat = std::min(state.next_beat, sent + agent::beat_interval(state));
}

void on_answer(Step& step, const StoreAnswered& event) {
  AgentState& state = step.state;
  JF_CHECK(state.call_sent.has_value());
  const Instant sent = *std::exchange(state.call_sent, std::nullopt);
  const auto call = std::exchange(state.call, std::monostate{});
  std::visit(
      [&](const auto& answer) {
        if (answer) {
          note_success(step);
        } else {
          note_failure(step, answer.error());
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
  } else {
    JF_CHECK(false && "an answer to no call");
  }
}

bool may_finish(const AgentState& state, Instant now) {
  if (!state.shutting_down || state.call_sent) return false;
  for (const auto& [pool, lease] : state.pools) {
    const bool no_worker = agent::is_empty(lease.workers.phase);
    if (lease.phase == LeasePhase::watching && no_worker) continue;
    // What can't be given back for want of a store runs out by itself.
    if (lease.phase == LeasePhase::releasing && now >= lease.deadline) continue;
    if (lease.phase == LeasePhase::taking &&
        now >= lease.attempt_since + lease.settings.timings.lease)
      continue;
    return false;
  }
  return true;
}

}  // namespace

AgentStep agent_step(AgentState state, const AgentEvent& event, Instant now) {
  AgentStep result;
  Step step{state, now, result.actions, result.reason};
  if (std::holds_alternative<Poked>(event)) on_poke(step);
  if (std::holds_alternative<ShutdownAsked>(event)) on_shutdown(step);
  if (const auto* seen = std::get_if<WorkersSeen>(&event))
    agent::take_in_workers(step, seen->pool, seen->status);
  if (const auto* answer = std::get_if<StoreAnswered>(&event)) on_answer(step, *answer);
  agent::advance_pools(step);
  agent::send_call(step);
  if (may_finish(state, now)) result.actions.emplace_back(Finish{});
  result.wake_at = agent::wake_time(state, now);
  result.next = std::move(state);
  return result;
}

}  // namespace jobflip::core
