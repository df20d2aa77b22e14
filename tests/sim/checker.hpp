#pragma once
/// What must hold after every event, judged by what is true in the simulated world and not by what
/// the store or an agent believes.
///
///  S1      workers of a pool run on one host at most; one supervisor decides at most
///  S2      no worker runs after its deadline on its own host's clock; no deadline is later than
///          a lease after the sending of a beat or take that the store accepted
///  S3      within one history of the store, a transaction that the fence let through is never
///          of an older epoch than one before it
///  epochs  one epoch, one holder; within one history workers start under rising ones
///  flips   at most one is open (that each moves by a row of the table is the model's own rule)
///
/// A host that was paused as a whole while its guard should have acted is outside of S1 and S2
/// until its guard has caught up (docs/safety.md, the limits); S3 holds for it too.

#include <map>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace jobflip::sim {

class Guard;
class Supervisor;

class Checker {
 public:
  explicit Checker(World& world) : world_(world) {}
  void watch(Guard& guard) { guards_.push_back(&guard); }
  void watch(Supervisor& supervisor) { supervisors_.push_back(&supervisor); }

  void after_event();
  void after_statement();
  void workers_started(Guard& guard);
  void committed(const Guard& guard, Epoch epoch);
  /// The store accepted a beat that vouches for the pool, or a take of it, sent at `sent`.
  void right_was_given(Host& host, Instant sent);
  /// A take asked again gives no later right than its first asking.
  void take_was_accepted(Host& host, const Uuid& attempt);
  void take_is_sent(const Uuid& attempt, Instant sent) { first_sent_.try_emplace(attempt, sent); }
  /// A promotion lost commits, takes among them: what rises, rises anew. What is unique stays so.
  void history_was_lost();
  std::int64_t holders_seen() const { return static_cast<std::int64_t>(holder_of_.size()); }

 private:
  void check_owner(const PoolName& pool);
  void check_flips();

  World& world_;
  std::vector<Guard*> guards_;
  std::vector<Supervisor*> supervisors_;
  std::map<std::pair<PoolName, Epoch>, NodeName> holder_of_;
  std::map<Epoch, NodeName> started_on_;
  std::map<Uuid, Instant> first_sent_;
  std::map<PoolName, Epoch> last_owner_;
  Epoch highest_started_;
  Epoch highest_committed_;
};

}  // namespace jobflip::sim
