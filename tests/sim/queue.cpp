#include "sim/queue.hpp"

#include <memory>

namespace jobflip::sim {

using std::chrono::milliseconds;

namespace {
constexpr std::size_t kMostWaiting = 150;

Nanos length_of_statement(World& world) {
  const bool slow = world.chance.one_in(0.02);
  return slow ? world.chance.between(milliseconds{100}, world.plan.longest_late)
              : world.chance.between(milliseconds{1}, milliseconds{20});
}

}  // namespace

void Queue::produce() {
  if (waiting_.size() < kMostWaiting) waiting_.push_back(world_.time.now);
  world_.time.after(world_.chance.between(milliseconds{500}, milliseconds{2000}),
                    [this] { produce(); });
}

/// Looks for a job at its own pace, whether or not it may work: each attempt shows what it may do.
void Queue::work(Guard& guard) {
  world_.time.after(world_.chance.between(milliseconds{100}, milliseconds{500}), [this, &guard] {
    try_one(guard);
    work(guard);
  });
}

void Queue::try_one(Guard& guard) {
  if (!guard.workers_work() || waiting_.empty() || !world_.store_answers(guard.host())) return;
  ++claims_;
  // A statement that was sent belongs to the store: it may arrive long after its worker died.
  world_.time.after(length_of_statement(world_),
                    [this, &guard, epoch = guard.epoch()] { begin(guard, epoch); });
}

/// The transaction of a job: first the fence, then the work, then commit or rollback.
void Queue::begin(Guard& guard, Epoch epoch) {
  if (world_.time.now < world_.store_down_until || waiting_.empty()) return;
  auto transaction = store_.begin_fenced(guard.host().name, epoch);
  if (!transaction) {
    ++refused_;
    return;
  }
  world_.time.after(length_of_statement(world_),
                    [this, &guard, transaction] { finish(guard, *transaction); });
}

void Queue::finish(Guard& guard, Fenced& transaction) {
  if (!store_.commit(transaction) || waiting_.empty()) return;
  waiting_.pop_front();
  ++done_;
  last_done_at_ = world_.wall_time(guard.host().wall_offset);
}

core::QueueSample Queue::sample(Nanos now) const {
  core::QueueSample sample;
  sample.queue = world_.plan.pool.queues.front().name;
  sample.runnable = static_cast<std::int64_t>(waiting_.size());
  if (!waiting_.empty())
    sample.oldest_runnable = std::chrono::duration_cast<Millis>(now - waiting_.front());
  sample.done = done_;
  sample.last_done_at = last_done_at_;
  sample.marker = claims_;
  return sample;
}

}  // namespace jobflip::sim
