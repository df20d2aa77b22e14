// The black box in a flip by stall: how long the flip waits for a capture before it stops the
// workers, and how the black box gets into the store. No decision uses it, so every call that a
// flip or a lease needs goes first.

#include <algorithm>
#include <utility>

#include "core/agent_parts.hpp"

namespace jobflip::core {

Instant look_until(Instant now, Instant deadline, const LeaseTimings& timings) {
  return std::min(now + kBlackBoxTimeLimit, fence_start(deadline, timings) - timings.beat_every);
}

namespace agent {
namespace {

constexpr int kMostTries = 5;

/// A commit of this size would slow down a take or a release.
bool is_no_pool_moving(const AgentState& state) {
  return std::ranges::all_of(state.pools, [](const auto& entry) {
    return entry.second.phase == LeasePhase::watching || entry.second.phase == LeasePhase::holding;
  });
}

void drop_first(AgentState& state) {
  state.black_box.erase(state.black_box.begin());
  state.black_box_tries = 0;
}

void log_black_box(Step& step, const BlackBoxOf& of, std::string text) {
  step.log(LogEventKind::black_box, of.pool.str() + ": " + std::move(text));
  step.log_events.back().pool = of.pool;
  step.log_events.back().flip = of.flip;
  step.log_events.back().epoch = of.epoch;
}

}  // namespace

bool waits_for_capture(Step& step, const PoolName& pool, PoolLease& lease, FlipId flip) {
  if (!lease.capture || lease.capture->flip != flip) {
    const Instant until = look_until(step.now, lease.deadline, lease.settings.timings);
    lease.capture =
        Capture{flip, until, lease.workers.phase != WorkerPhase::running || until <= step.now};
    if (!lease.capture->over) step.actions.emplace_back(CaptureBlackBox{{pool, lease.epoch, flip}});
  }
  return !lease.capture->over && step.now < lease.capture->until;
}

void take_in_black_box(Step& step, const BlackBox& black_box) {
  AgentState& state = step.state;
  if (const auto found = state.pools.find(black_box.of.pool); found != state.pools.end()) {
    auto& capture = found->second.capture;
    if (capture && capture->flip == black_box.of.flip) capture->over = true;
  }
  if (black_box.document.empty()) return;
  if (black_box.document.size() > kMaxBlackBoxBytes)
    return log_black_box(step, black_box.of, "the black box is too large and was dropped");
  if (state.black_box.size() >= kMaxBlackBoxesWaiting) {
    log_black_box(step, state.black_box.front().of,
                  "the store has not accepted a black box for too long: this one is lost");
    drop_first(state);
  }
  state.black_box.push_back(black_box);
}

std::optional<KeepBlackBoxRequest> black_box_to_send(const AgentState& state) {
  if (state.black_box.empty() || !is_no_pool_moving(state)) return std::nullopt;
  return KeepBlackBoxRequest{state.node, state.black_box.front()};
}

void take_in_kept(Step& step, const KeepBlackBoxRequest& asked,
                  const Result<BlackBoxReply>& outcome) {
  AgentState& state = step.state;
  if (state.black_box.empty() || !(state.black_box.front().of == asked.black_box.of)) return;
  const auto flip = "the black box of flip " + std::to_string(asked.black_box.of.flip.value);
  if (outcome) {
    log_black_box(
        step, asked.black_box.of,
        *outcome == BlackBoxReply::kept
            ? flip + " is kept: " + std::to_string(asked.black_box.document.size()) + " bytes"
            : flip + " is not wanted: the store has no such flip by stall from this node");
    return drop_first(state);
  }
  if (++state.black_box_tries < kMostTries && is_passing(outcome.error().code)) return;
  log_black_box(step, asked.black_box.of, flip + " is lost: " + outcome.error().text);
  drop_first(state);
}

bool must_send_black_box(const AgentState& state) {
  return !state.black_box.empty() && state.black_box_tries == 0 && state.failed_calls == 0;
}

}  // namespace agent
}  // namespace jobflip::core
