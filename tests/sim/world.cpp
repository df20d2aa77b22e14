#include "sim/world.hpp"

#include <cstdio>

namespace jobflip::sim {

namespace {
constexpr std::size_t kTraceLines = 120;
}

void Trace::say(Nanos now, std::string line) {
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%9.3f  ", static_cast<double>(now.count()) / 1e9);
  lines_.push_back(stamp + std::move(line));
  if (lines_.size() > kTraceLines) lines_.pop_front();
}

World::World(std::uint64_t seed_of_it, Mutant with, bool traced)
    : seed(seed_of_it), mutant(with), chance(seed_of_it), plan(draw_plan(chance)) {
  trace.on = traced;
  database.keep_audit_text = false;
}

bool World::happens(Fault fault) {
  const double odds = chance_of(fault);
  if (odds <= 0.0 || !chance.one_in(odds)) return false;
  count(fault);
  return true;
}

void World::violate(const std::string& what) {
  if (!violation.empty()) return;
  violation = what;
  trace.say(time.now, "VIOLATION: " + what);
}

Uuid World::next_uuid() {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-000000000000",
                static_cast<unsigned>(++uuids));
  return Uuid{text};
}

void World::set_store_clock() {
  store_clock_highest = std::max(store_clock_highest, time.now + store_clock_offset);
  database.now = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} +
                 std::chrono::duration_cast<Micros>(time.now + store_clock_offset);
}

bool World::store_answers(const Host& host) const {
  return time.now >= store_down_until && time.now >= host.cut_until;
}

Passage draw_passage(World& world, const Host& host) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  Chance& chance = world.chance;
  Passage passage;
  passage.there = chance.between(microseconds{100}, milliseconds{5});
  passage.back = chance.between(microseconds{100}, milliseconds{5});
  if (world.happens(Fault::call_lost) || world.time.now < host.cut_until) passage.arrives = false;
  if (world.happens(Fault::answer_lost)) passage.answered = false;
  if (world.happens(Fault::call_late))
    passage.there += chance.between(milliseconds{50}, world.plan.longest_late);
  if (world.happens(Fault::answer_late))
    passage.back += chance.between(milliseconds{50}, world.plan.longest_late);
  return passage;
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

void Process::go_on() {
  stopped_ = false;
  while (can_run() && !held_.empty()) {
    const auto what = std::move(held_.front());
    held_.pop_front();
    what();
  }
}

void Process::tell(std::function<void()> what) {
  if (can_run()) {
    what();
  } else {
    held_.push_back(std::move(what));
  }
}

void Process::tell_after(Nanos delay, std::function<void()> what) {
  const int life = life_;
  world_.time.after(delay, [this, life, what = std::move(what)] {
    if (life == life_) tell(what);
  });
}

void Process::tell_at(Instant local_time, std::function<void()> what) {
  tell_after(std::max(Nanos{0}, host_.clock.when(local_time) - world_.time.now), std::move(what));
}

}  // namespace jobflip::sim
