#pragma once
/// What must hold, judged by what is true in the simulated world and not by what the store or an
/// agent believes. The README beside this has every rule by its name; the ledger has those of the
/// store's rows and the audit.
///
/// A host that was paused as a whole while its guard should have acted is outside of S1 and S2
/// until its guard has caught up (docs/safety.md, the limits); S3 holds for it too. Its moments
/// beside other workers are counted apart.

#include <deque>
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
  void workers_started(Guard& guard);
  void workers_released(const NodeName& node, Epoch epoch);
  void committed(const NodeName& node, Epoch epoch);
  void pool_is_held(const PoolName& pool, const NodeName& node, Epoch epoch);
  /// The store accepted a take of the pool, or a beat that renews it, sent at `sent`.
  void right_was_given(Host& host, Instant sent, Millis lease);
  /// The same for a beat alone: a lease that ran out is no right while the take of another node,
  /// lost with the store's last life, may still be one.
  void renewal_was_sent(Host& host, Epoch epoch, Instant sent, Millis lease);
  /// The agent moves the deadline of workers that it keeps while the store is away.
  void deadline_was_moved(const Host& host, Instant deadline, bool may_keep);
  /// A take asked again gives no later right than its first asking.
  void take_was_accepted(Host& host, const Uuid& attempt, Millis lease);
  void take_is_sent(const Uuid& attempt, Instant sent) { first_sent_.try_emplace(attempt, sent); }
  /// Commits are lost, takes among them: who holds an older epoch goes on under it. What is given
  /// anew is above all that ever was. `set_back`: what is lost may be older than the generation in
  /// which it was given.
  void history_was_lost(bool set_back);
  /// The store has new rows: perhaps a new generation of epochs.
  void note_generation();
  /// The store accepted a full beat that says this. It believes candidates of the pool only.
  void epochs_were_told(const NodeName& node, const std::vector<core::SeenEpoch>& seen);
  std::int64_t holders_seen() const { return static_cast<std::int64_t>(holder_of_.size()); }

 private:
  void check_workers();
  void check_times(Guard& guard);
  void note_beside(bool is_so, std::optional<Nanos>& since, Coverage::Beside& beside);
  void check_supervisors();
  void count_start(const Guard& guard);
  void count(const char* rule) { ++world_.coverage.checks[rule]; }

  /// The highest epoch of a pool in any history, and what is left of the locks (docs/safety.md).
  struct Given {
    Epoch highest;
    Epoch base;               // of its generation
    bool record_lost{false};  // the store was set back behind that base
    bool told{false};         // since then an agent said that it has seen the epoch
  };
  bool must_rise(const Given& given) const;
  void check_rise(const PoolName& pool, const NodeName& node, Epoch epoch);

  World& world_;
  std::vector<Guard*> guards_;
  std::vector<Supervisor*> supervisors_;
  std::map<std::pair<PoolName, Epoch>, NodeName> holder_of_;
  std::map<Epoch, int> given_after_;  // how many losses
  std::map<PoolName, Given> given_;
  int losses_{0};             // how often the store lost commits
  Nanos lost_at_{0};          // the last time
  Epoch base_;                // of the generation
  Epoch clock_;               // what the store's clock showed when it began, as an epoch
  bool older_files_{false};   // were put back: from now on a standby may be as old as they are
  bool clock_behind_{false};  // when any began it was set back, or bases had run ahead of it
  std::map<Epoch, NodeName> started_on_;
  std::map<Uuid, Instant> first_sent_;
  std::map<const Guard*, std::deque<Nanos>> starts_;  // the last ones
  Epoch highest_started_;
  Epoch highest_committed_;
  std::optional<Nanos> beside_since_;
  std::optional<Nanos> kept_beside_since_;
  std::optional<Nanos> escaped_beside_since_;
};

}  // namespace jobflip::sim
