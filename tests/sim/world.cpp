#include "sim/world.hpp"

#include <cstdio>

namespace jobflip::sim {

namespace {
constexpr std::size_t kTraceLines = 120;
}

void Trace::say(Nanos now, const std::string& line) {
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%9.3f  ", static_cast<double>(now.count()) / 1e9);
  if (mode == Mode::print) std::printf("%s%s\n", stamp, line.c_str());
  lines_.push_back(stamp + line);
  if (lines_.size() > kTraceLines) lines_.pop_front();
}

World::World(const Recipe& recipe, Trace::Mode mode)
    : mutant(recipe.mutant), chance(recipe.seed), plan(draw_plan(chance, recipe)) {
  database.beats_begin_drains = recipe.seed % 4 != 0;
  trace.mode = mode;
  database.keep_audit_text = false;
}

bool World::happens(Fault fault) {
  const double odds = chance_of(fault);
  if (odds <= 0.0 || !chance.one_in(odds)) return false;
  count(fault);
  return true;
}

void World::must_hold(const std::string& who, const std::string& violated) {
  if (mutant != Mutant::none) return;
  ++coverage.checks["C-invariants"];
  if (!violated.empty()) violate("C-invariants", who + ": " + violated);
}

void World::violate(const std::string& rule, const std::string& what) {
  if (!violation.empty()) return;
  violation = rule + ": " + what;
  trace.say(time.now, "VIOLATION " + violation);
}

Uuid World::next_uuid() {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-000000000000",
                static_cast<unsigned>(++uuids));
  return Uuid{text};
}

void World::set_store_clock() {
  store_clock_highest = std::max(store_clock_highest, time.now + store_clock_offset);
  database.now = wall_time(store_clock_offset);
}

WallTime World::wall_time(Nanos offset) const {
  return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} +
         std::chrono::duration_cast<Micros>(time.now + offset);
}

bool World::store_answers(const Host& host) const {
  return time.now >= store_down_until && time.now >= host.cut_until &&
         time.now >= host.deaf_until && time.now >= host.refused_until;
}

}  // namespace jobflip::sim
