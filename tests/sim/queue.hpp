#pragma once
/// The application's queue: jobs come at a pace, workers claim and finish them in transactions that
/// the fence lets through or not.

#include <deque>
#include <optional>

#include "jobflip/core/sample.hpp"
#include "sim/guard.hpp"
#include "sim/store.hpp"

namespace jobflip::sim {

class Queue {
 public:
  Queue(World& world, Store& store) : world_(world), store_(store) {}

  void produce();           // begins; goes on for ever
  void work(Guard& guard);  // one host's worker: begins, goes on for ever
  core::QueueSample sample(Nanos now) const;
  std::size_t waiting() const { return waiting_.size(); }
  std::int64_t done() const { return done_; }
  std::int64_t refused() const { return refused_; }

 private:
  void try_one(Guard& guard);
  void begin(Guard& guard, Epoch epoch);
  void finish(Guard& guard, Fenced& transaction);

  World& world_;
  Store& store_;
  std::deque<Nanos> waiting_;
  std::optional<WallTime> last_done_at_;  // by the wall clock of the node that did it
  std::int64_t done_{0};
  std::int64_t claims_{0};
  std::int64_t refused_{0};
};

}  // namespace jobflip::sim
