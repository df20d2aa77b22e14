#include "sim/process.hpp"

namespace jobflip::sim {

Passage draw_passage(World& world, const Host& host) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  Chance& chance = world.chance;
  Passage passage;
  passage.there = chance.between(microseconds{100}, milliseconds{5});
  passage.back = chance.between(microseconds{100}, milliseconds{5});
  if (world.happens(Fault::call_lost) || world.time.now < host.cut_until) passage.arrives = false;
  passage.refused = passage.arrives && world.time.now < host.refused_until;
  if (world.happens(Fault::answer_lost)) passage.answered = false;
  if (world.happens(Fault::call_late))
    passage.there += chance.between(milliseconds{50}, world.plan.longest_late);
  if (world.happens(Fault::answer_late))
    passage.back += chance.between(milliseconds{50}, world.plan.longest_late);
  if (world.happens(Fault::call_twice))
    passage.again = chance.between(Nanos{0}, world.plan.longest_late);
  return passage;
}

void Process::note_arrival(std::int64_t number) {
  if (number < highest_arrived_) ++world_.coverage.reordered;
  highest_arrived_ = std::max(highest_arrived_, number);
}

void Process::begin_life() {
  ++life_;
  alive_ = true;
  stopped_ = false;
  held_.clear();
}

void Process::die() {
  ++life_;
  alive_ = false;
  stopped_ = false;
  held_.clear();
}

void Process::resume() {
  stopped_ = false;
  while (can_run() && !held_.empty()) {
    const auto what = std::move(held_.front());
    held_.pop_front();
    what();
  }
}

void Process::run_or_hold(std::function<void()> what) {
  if (can_run()) {
    what();
  } else {
    held_.push_back(std::move(what));
  }
}

void Process::run_after(Nanos delay, std::function<void()> what) {
  const int life = life_;
  world_.time.after(delay, [this, life, what = std::move(what)] {
    if (life == life_) run_or_hold(what);
  });
}

void Process::run_at(Instant local_time, std::function<void()> what) {
  run_after(std::max(Nanos{0}, host_.clock.when(local_time) - world_.time.now), std::move(what));
}

}  // namespace jobflip::sim
