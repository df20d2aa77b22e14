#include "detector/watch.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jobflip::detsim {
namespace {

constexpr Millis kHoldDown = 30s;
constexpr Millis kSlowAtLeast = 1s;
constexpr int kSlowInARow = 3;
constexpr Millis kVerifyTimeout = 120s;

}  // namespace

Watch::Watch(const core::QueueSettings& settings, std::size_t queues) : queues_(queues) {
  for (std::size_t q = 0; q < queues; ++q) {
    queues_[q].settings = settings;
    queues_[q].settings.name = QueueName::of("q" + std::to_string(q));
    queues_[q].settings.database = "main";
  }
}

void Watch::begin_again(Instant now) {
  for (Queue& queue : queues_) {
    queue.state = core::restarted(queue.settings, queue.state, now);
    queue.flip_may_help = false;
  }
  stuck_since_.reset();
  wanted_ = false;
  began_ = true;
}

void Watch::flip(Instant now) {
  for (Queue& queue : queues_) {
    queue.flipped = core::is_stuck(queue.state.state);
    core::learn_from_flip(queue.state, core::FlipEffect::unknown);
    core::begin_flip(queue.state, now);
  }
  begin_again(now);
  flipped_at_ = now;
}

/// Cured once a job completed in each queue that was stuck, ineffective after verify_timeout.
void Watch::judge_flip(Instant now) {
  if (!flipped_at_) return;
  const bool cured = std::ranges::none_of(
      queues_, [](const Queue& queue) { return queue.flipped && !queue.state.last_success; });
  if (!cured && now - *flipped_at_ < kVerifyTimeout) return;
  for (Queue& queue : queues_)
    core::learn_from_flip(
        queue.state, queue.state.last_success ? core::FlipEffect::cured : core::FlipEffect::none);
  flipped_at_.reset();
  begin_again(now);
}

void Watch::time_reading(Queue& queue, Millis took) {
  const bool slow = took >= kSlowAtLeast && took >= 10 * queue.usual_took;
  queue.slow_in_a_row = slow ? queue.slow_in_a_row + 1 : 0;
  if (!slow)
    queue.usual_took = queue.usual_took == Millis{} ? took : (31 * queue.usual_took + took) / 32;
}

void Watch::take_in(std::size_t q, const Read& read, Instant now, WallTime wall) {
  if (!began_) begin_again(now);
  Queue& queue = queues_[q];
  auto detection = core::detect(queue.settings, std::move(queue.state), read.sample, now, wall);
  queue.state = std::move(detection.next);
  queue.flip_may_help = detection.flip_may_help;
  time_reading(queue, read.took);
}

core::PoolCondition Watch::condition(Instant now) const {
  core::PoolCondition pool{PoolName::of("mail"), NodeName::of("job1"), {}};
  for (const Queue& queue : queues_)
    pool.queues.push_back(core::condition_of(queue.settings, queue.state, queue.flip_may_help,
                                             queue.slow_in_a_row >= kSlowInARow, now));
  return pool;
}

bool Watch::wants_flip(Instant now) {
  judge_flip(now);
  const bool stuck = std::ranges::any_of(queues_, &Queue::flip_may_help);
  judgement_ = {};
  if (!stuck) {
    stuck_since_.reset();
    wanted_ = false;
    return false;
  }
  const std::array<core::PoolCondition, 1> all{condition(now)};
  judgement_ = core::judge_pool(all.front(), all);
  if (!stuck_since_) stuck_since_ = now;
  if (wanted_ || now - *stuck_since_ < kHoldDown || !judgement_.flip_may_help) return false;
  wanted_ = true;
  return true;
}

std::string Watch::reason(std::size_t q, Instant now) const {
  return core::reason_of(queues_[q].settings, queues_[q].state, now);
}

}  // namespace jobflip::detsim
