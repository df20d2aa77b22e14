#pragma once
/// The application's queue: jobs arrive at a steady pace, and workers claim and finish them in
/// transactions that the fence allows or refuses.

#include <deque>
#include <optional>

#include "jobflip/core/sample.hpp"
#include "sim/guard.hpp"
#include "sim/store.hpp"

namespace jobflip::sim {

class Queue {
 public:
  Queue(World& world, Store& store) : world_(world), store_(store) {}

  void produce();           // starts the producer, which never ends
  void work(Guard& guard);  // starts the worker of one host, which never ends
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
