#include "jobflip/backtest/replay.hpp"

#include <utility>

#include "jobflip/base/check.hpp"
#include "jobflip/core/pool_judgement.hpp"

namespace jobflip::backtest {
namespace {

constexpr std::size_t kMostFlips = 100'000;

/// Any instant will do as the origin, if there is room before it.
Instant instant_of(Millis at) {
  return Instant{std::chrono::hours{24 * 365}} + at;
}

}  // namespace

Replay::Replay(core::QueueSettings settings, Millis hold_down)
    : settings_(std::move(settings)), hold_down_(hold_down) {}

ReplayVerdict Replay::next(const Reading& reading) {
  const Instant now = instant_of(reading.at);
  JF_CHECK(!state_.last_tick || now >= *state_.last_tick);
  const bool first = !std::exchange(began_, true);
  const core::QueueState before = state_.state;
  if (first)
    state_ = core::first_detector_state(settings_, state_.rhythm, now);
  else if (reading.begins)  // as after a flip, for what is learned
    state_ = core::restarted(settings_, state_, now);
  auto detection = core::detect(settings_, std::move(state_), reading.sample, now, reading.wall);
  state_ = std::move(detection.next);
  ReplayVerdict said{reading.at, state_.state, core::reason_of(settings_, state_, now),
                     first || state_.state != before};
  follow_stuck(detection.flip_may_help && would_help(now), reading, said);
  return said;
}

/// The pool's judgement, of a pool that has only this queue.
bool Replay::would_help(Instant now) const {
  core::PoolCondition pool;
  pool.queues.push_back(core::condition_of(settings_, state_, true, false, now));
  return core::judge_pool(pool, {&pool, 1}).flip_may_help;
}

void Replay::follow_stuck(bool stuck, const Reading& reading, const ReplayVerdict& said) {
  const bool was_stuck = stuck_since_.has_value();
  if (reading.moved && (stuck || was_stuck) && !moved_) moved_ = reading.moved;
  if (wanted_ && !flips_.empty()) flips_.back().moved = moved_;
  if (!stuck) {
    if (wanted_ && !flips_.empty() && !moved_ && !reading.begins)
      flips_.back().ended_by_itself = said.at - flips_.back().at;
    stuck_since_.reset();
    moved_.reset();
    wanted_ = false;
    return;
  }
  if (!stuck_since_) stuck_since_ = said.at;
  if (wanted_ || said.at - *stuck_since_ < hold_down_ || flips_.size() >= kMostFlips) return;
  wanted_ = true;
  flips_.push_back({said.at, said.at - *stuck_since_, said.reason, std::nullopt, moved_});
}

}  // namespace jobflip::backtest
