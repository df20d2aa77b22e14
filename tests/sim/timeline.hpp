#pragma once
/// The true time of a simulated world, its events in order, and its randomness. Everything happens
/// as one event after another on one thread, so a seed reproduces the whole run.

#include <cmath>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::sim {

using Nanos = std::chrono::nanoseconds;  // true time since the world began

class Timeline {
 public:
  Nanos now{0};
  std::int64_t events{0};

  void at(Nanos when, std::function<void()> what) {
    queue_.push({std::max(when, now), ++order_, std::move(what)});
  }
  void after(Nanos delay, std::function<void()> what) { at(now + delay, std::move(what)); }

  /// Runs the next event. If it is later than `limit`, only the time moves, up to `limit`.
  bool run_one(Nanos limit) {
    if (queue_.empty() || queue_.top().when > limit) {
      now = limit;
      return false;
    }
    Entry entry = std::move(const_cast<Entry&>(queue_.top()));
    queue_.pop();
    now = entry.when;
    ++events;
    entry.what();
    return true;
  }

 private:
  struct Entry {
    Nanos when;
    std::int64_t order;
    std::function<void()> what;
    bool operator<(const Entry& other) const {
      return std::pair{when, order} > std::pair{other.when, other.order};
    }
  };
  std::priority_queue<Entry> queue_;
  std::int64_t order_{0};
};

/// Seeded randomness. The arithmetic is our own, because distributions differ between standard
/// libraries.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ull + 1) {}
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : engine_() % limit; }
  double fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  bool one_in(double chance) { return fraction() < chance; }
  double between(double low, double high) { return low + (high - low) * fraction(); }
  Nanos between(Nanos low, Nanos high) {
    return Nanos{static_cast<std::int64_t>(
        between(static_cast<double>(low.count()), static_cast<double>(high.count())))};
  }
  /// Waits between independent events, with the mean `mean`.
  Nanos exponential(Nanos mean) {
    return Nanos{
        static_cast<std::int64_t>(-std::log1p(-fraction()) * static_cast<double>(mean.count()))};
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace jobflip::sim
