#include "sim/queue.hpp"

#include "sim/checker.hpp"

namespace jobflip::sim {

using std::chrono::milliseconds;

namespace {
constexpr std::size_t kMostWaiting = 5000;
}

void Queue::produce() {
  if (waiting_.size() < kMostWaiting) waiting_.push_back(world_.time.now);
  world_.time.after(world_.chance.between(milliseconds{500}, milliseconds{2000}),
                    [this] { produce(); });
}

/// Looks for a job at its pace, whether it may work or not: what it may do shows at each look.
void Queue::work(Guard& guard) {
  world_.time.after(world_.chance.between(milliseconds{100}, milliseconds{500}), [this, &guard] {
    try_one(guard);
    work(guard);
  });
}

void Queue::try_one(Guard& guard) {
  if (!guard.workers_work() || waiting_.empty() || !world_.store_answers(guard.host())) return;
  ++claims_;
  const Epoch epoch = guard.epoch();
  // Once sent, a commit is the store's: it may land long after its worker is dead.
  const bool slow = world_.chance.one_in(0.02);
  const Nanos length = slow ? world_.chance.between(milliseconds{100}, world_.plan.longest_late)
                            : world_.chance.between(milliseconds{1}, milliseconds{20});
  world_.time.after(length, [this, &guard, epoch] { commit(guard, epoch); });
}

void Queue::commit(Guard& guard, Epoch epoch) {
  if (world_.time.now < world_.store_down_until || waiting_.empty()) return;
  if (!world_.database.fence(world_.plan.pool.name, epoch)) {
    ++refused_;
    return;
  }
  checker_.committed(guard, epoch);
  waiting_.pop_front();
  ++done_;
}

core::QueueSample Queue::sample(Nanos now) const {
  core::QueueSample sample;
  sample.queue = world_.plan.pool.queues.front().name;
  sample.runnable = static_cast<std::int64_t>(waiting_.size());
  if (!waiting_.empty())
    sample.oldest_runnable = std::chrono::duration_cast<Millis>(now - waiting_.front());
  sample.done = done_;
  sample.marker = claims_;
  return sample;
}

}  // namespace jobflip::sim
